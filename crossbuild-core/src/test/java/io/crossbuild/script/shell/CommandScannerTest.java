// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The simple commands that a scanner tells of; where a command ends is tested with build files. */
class CommandScannerTest {
    private static List<String> commands(String text) throws Exception {
        List<String> found = new ArrayList<>();
        ShellText in = new ShellText(text);
        while (!in.atEnd()) {
            new CommandScanner(in, words -> found.add(String.join("|", words))).logicalLine();
        }
        return found;
    }

    @Test
    void wordsAreAsTheyAreWritten() throws Exception {
        assertThat(commands("a 'b c' \"$d\" e\\ f >out 2>&1 # g\n")).containsExactly("a|'b c'|\"$d\"|e\\ f");
        assertThat(commands("A=1 B='x y' cmd C=2\n")).containsExactly("A=1|B='x y'|cmd|C=2");
        assertThat(commands("\n  # only a comment\n")).isEmpty();
    }

    @Test
    void everyCommandOfAListIsTold() throws Exception {
        assertThat(commands("a 1; b 2 && c | d || ! e & f\ng\n"))
                .containsExactly("a|1", "b|2", "c", "d", "e", "f", "g");
    }

    @Test
    void nestedCommandsComeFirst() throws Exception {
        assertThat(commands("x $(y 1 | z) \"$(q \"$(r)\")\" <(s)\n"))
                .startsWith("y|1", "z", "r", "q|\"$(r)\"")
                .contains("s");
        assertThat(commands("x $(y)\n")).last().isEqualTo("x|$(y)");
    }

    @Test
    void commandsInCompoundsAreToldAndTheirKeywordsAreNot() throws Exception {
        assertThat(commands("if a; then b; elif c; then d; else e; fi\n")).containsExactly("a", "b", "c", "d", "e");
        assertThat(commands("for i in x y; do a $i; done\nwhile b; do c; done\nuntil d; do e; done\n"))
                .containsExactly("a|$i", "b", "c", "d", "e");
        assertThat(commands("case $x in a) b ;; c|d) e ;; esac\n")).containsExactly("b", "e");
        assertThat(commands("{ a; (b); }\nf() { c; }\n")).containsExactly("a", "b", "c");
    }

    @Test
    void textsAreNoCommands() throws Exception {
        assertThat(commands("cat <<END\nrm -r /\nEND\n")).containsExactly("cat");
        assertThat(commands("a 'b; c' \"d; e\" $((f + 1)) [[ g ]]\n"))
                .containsExactly("a|'b; c'|\"d; e\"|$((f + 1))|[[|g|]]");
    }

    @Test
    void whatWasReadBeforeAnErrorIsTold() {
        List<String> found = new ArrayList<>();
        ShellText in = new ShellText("a; b 'c\n");
        assertThatThrownBy(() -> new CommandScanner(in, words -> found.add(words.get(0))).logicalLine())
                .isInstanceOf(BrokenStepException.class);
        assertThat(found).startsWith("a");
    }
}
