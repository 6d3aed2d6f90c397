// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Shell commands that are known to be complete or incomplete; {@link BashAgreesIT} checks that bash agrees. */
final class ShellSamples {
    private ShellSamples() {}

    /** Each is one step, whole. */
    static final List<String> COMPLETE = List.of(
            "apt-get install -y nodejs make gcc g++",
            "echo a \\\n  b \\\n  c",
            "echo a \\",
            "echo 'a\nb' \"c\nd\" $'e\\'\nf'",
            "echo # if then 'quote \\",
            "echo a#b 'c'",
            "echo \\# 'x'",
            "echo $# ${#x} ${x#'}'} \"${x:-'}'}\"",
            "cat <<EOF\n$(if\n'\nEOF",
            "cat <<-EOF\n\ta\n\t\tEOF",
            "cat <<'E O F'\na\\\nE O F",
            "cat <<EOF\nE\\\nOF",
            "cat <<\\EOF\nE\\\nEOF",
            "cat <<A - <<'B' | sort\na\nA\nb\nB",
            "cat <<A 'x\ny'\nbody\nA",
            "cat <<A $(echo\n x)\nbody\nA",
            "cat <<<EOF",
            "cat <<< \"a\nb\"",
            "cat << \"\"\nx\n",
            "if true; then\n echo a # fi\nelif false\nthen echo b\nelse\n  echo c\nfi",
            "if { a; } then b; fi",
            "if (a) then b; fi > out 2>&1",
            "for x in a 'b\nc'; do\n echo $x\ndone",
            "for x\ndo echo; done",
            "for x in a b; { echo $x; }",
            "for ((i = 0; i < (3); i++))\ndo\n echo $i\ndone | cat",
            "for if in fi; do echo done; done",
            "while read l; do echo \"$l\"; done < <(echo a\necho b)",
            "until false\ndo break; done",
            "select x in a b; do break; done",
            "case $1 in\n a|b) echo 1;;\n (c) echo 2 ;;\n d) ;&\n e) ;;&\n *)\n echo esac\nesac",
            "case x in esac",
            "case esac in (esac) echo;; esac",
            "case x in if) echo fi;; esac",
            "x=$(case y in a) echo 1;; b) echo 2; esac)",
            "{ echo a\n}",
            "{ echo }\n}",
            "(echo a; (echo b)\n)",
            "f() { echo; }",
            "f()\n\n{\n echo\n}",
            "f () (\necho\n) 2>/dev/null",
            "function f {\n echo\n}",
            "function f()\n{ echo; }",
            "[[ -f x && ( -d y\n|| $z == a* ) ]]",
            "[[ $x =~ ^(a|b) ]] && echo ok",
            "[[ $x =~ [[:space:]]*(a b)? ]]",
            "((x = (1 + 2) * 3))",
            "((a); (b))",
            "( (a); (b) )",
            "((a); b)",
            "echo $((1 +\n (2 * 3)))",
            "echo $[1 +\n 2]",
            "echo `echo # a`",
            "echo \"$(echo \")\" '\"' `echo ')'`)\"",
            "echo `echo \\`echo x\\` '`",
            "echo ${x:-a\nb}",
            "echo ${x:-$(echo }\n)}",
            "a=(1 2\n # 'comment'\n 3 [5]='x'\n)",
            "a[1 + 1]=2",
            "declare -a a=(x\ny)",
            "a &&\n\n# why\n b ||\n c |\n d |&\n e",
            "! true",
            "time -p { sleep 1\n}",
            "echo if then else fi do done case esac { } '!' [[",
            "echo a; if true; then b; fi; echo c &",
            "a=1 if",
            "cat <((a); (b\n))",
            "x=$(cat <<EOF\n)'\nEOF\n) y=2",
            "echo {a,b} {} }",
            "if[ -f x ]",
            "echo $$(", // read as the process number and a syntax error, which bash reports at run time
            "coproc N { cat\n}",
            "coproc cat",
            ">out",
            "2>&1 >file cmd <in &>>log >|x <>y",
            "exec {fd}>x",
            "if true; then cat <<X; fi\nfi\nX",
            "while true; do\n cat <<X\ndone\nX\n break\ndone");

    /** Each needs more lines. */
    static final List<String> INCOMPLETE = List.of(
            "echo 'a",
            "echo \"a $(b)",
            "echo `a",
            "echo $'a\\'",
            "cat <<EOF\nEOF ",
            "cat <<EOF\n EOF",
            "cat <<EOF",
            "cat <<A <<B\nA",
            "cat <<'EOF'\nE\\\nOF",
            "x=$(cat <<EOF)\nEOF",
            "if true; then echo fi",
            "if true; then\n echo 'fi\nfi",
            "if true\nthen a # ; fi",
            "for x in a; do echo done",
            "while true; do\n",
            "until a",
            "case x in a) echo",
            "case x in",
            "{ echo }",
            "{ echo; }; {",
            "(echo",
            "f()",
            "f() {\n",
            "function f",
            "[[ -f x",
            "((1 + 2",
            "echo $((1 + 2)",
            "echo $(echo",
            "echo $(echo ')'",
            "echo $(case x in a) echo;; esac",
            "echo ${x",
            "echo ${x:-'}'",
            "echo \"${x:-'}\"",
            "a=(1 2",
            "a &&",
            "a ||\n",
            "a | # b",
            "cat < <(echo",
            "if (a) then b; fi; if",
            "coproc {");

    /**
     * A random command of several lines, made of all constructs.
     *
     * @param depth the maximum nesting of constructs
     */
    static String nest(Random random, int depth) {
        if (depth == 0) {
            List<String> leaves = List.of(
                    "echo a # it's",
                    "x='a\nb'",
                    "echo \"$((1 + (2)))\" ${y:-'}'}",
                    "cat <<E\nif ' \" `\nE\n:",
                    "cat <<-'E' | wc\n\t)\n\tE\n:",
                    "[[ $a =~ (x|y) ]]",
                    "a=(1\n2)",
                    "true");
            return leaves.get(random.nextInt(leaves.size()));
        }
        List<String> inner = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            inner.add(nest(random, random.nextInt(depth)));
        }
        List<String> shapes = List.of(
                "if %s\nthen\n%s\nelse %s\nfi",
                "for i in 1 2; do\n%s\n%s\ndone >/dev/null\n%s",
                "while %s\ndo %s\n%s\ndone",
                "case $x in\na | b) %s\n;;\n(c)\n%s\n;;\n*) %s\nesac",
                "{ %s\n%s\n} 2>&1\n%s",
                "( %s\n%s\n) | cat\n%s",
                "f() {\n%s\n}\n%s\n%s",
                "echo \"a $( %s\n%s\n) b\"\n%s",
                "z=$(\n%s\n%s\n)\n%s",
                "cat <( %s\n) <( %s\n) &&\n %s",
                "until false || %s\ndo\n%s\n%s\ndone",
                "select s in a; do %s\n%s\n%s\ndone");
        return String.format(shapes.get(random.nextInt(shapes.size())), inner.toArray());
    }
}
