// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.util.List;

/**
 * A form that lines of build.txt can have.
 *
 * @param name also the file below {@code ~/said} that the lines write
 * @param lines in the guest's home, and back there at the end
 * @param said what bash writes into that file
 */
record LineForm(String name, String lines, String said) {

    static List<LineForm> all() {
        return List.of(
                new LineForm("trap", """
                        mkdir /opt/work; cd /opt/work; trap 'echo end of line >> ~/said/trap' EXIT; export KEPT=yes
                        echo "$PWD $KEPT" >> ~/said/trap
                        cd; touch lock; trap "rm -f ~/lock" EXIT; export KEPT=still
                        test -e lock || echo "$PWD $KEPT" >> said/trap
                        """, "end of line\n/opt/work yes\n/root still\n"),
                new LineForm("sourced", """
                        printf '%s\\n' 'export GIVEN=1' 'plain=2' 'greet() { echo hi; }' > settings
                        . ./settings; greet > said/sourced
                        echo "[$GIVEN] [$plain]" >> said/sourced; greet 2> /dev/null || echo gone >> said/sourced
                        """, "hi\n[1] []\ngone\n"),
                new LineForm("options", """
                        set -eu; false || true; shopt -s nullglob; echo set > said/options
                        false; echo "[$undefined]" no-such-* >> said/options
                        """, "set\n[] no-such-*\n"),
                new LineForm("background", """
                        sleep 900 &
                        (sleep 900 > /dev/null 2>&1 < /dev/null &); nohup sleep 900 & disown
                        cat /proc/[1-9]*/comm 2> /dev/null | grep -cx sleep > said/background || true
                        """, "0\n"),
                new LineForm("read", """
                        read -r -p 'Go on? ' answer; echo "[$answer]" > said/read
                        """, "[]\n"),
                new LineForm("exec", """
                        exec bash -c 'echo instead of the shell > said/exec'
                        pwd >> said/exec
                        """, "instead of the shell\n/root\n"),
                new LineForm("exit", """
                        cd /tmp; test -d ~/said && exit; echo never > ~/said/never
                        pwd > ~/said/exit; cd; exit 0
                        """, "/tmp\n"),
                new LineForm("here-documents", """
                        cat > said/here-documents <<'END' && cat >> said/here-documents <<"E N D"
                        $HOME `pwd` \\n "x" 'y'
                        END
                        $HOME \\
                        E N D
                        cat <<-END >> said/here-documents
                        \tindented $HOME
                        \tEND
                        : <<'C'
                        if this were code
                        C
                        """, "$HOME `pwd` \\n \"x\" 'y'\n$HOME \\\nindented /root\n"),
                new LineForm("script", """
                        cat > script <<END
                        #!/bin/sh
                        echo "in $HOME: \\$1"
                        END
                        chmod 755 script; ./script 'one word' > said/script
                        """, "in /root: one word\n"),
                new LineForm("substitutions", """
                        text=$(cat <<END
                        a document
                        END
                        ); echo "$text $(echo "$(echo nested)") `echo old`" > said/substitutions
                        cat <(echo one) - >> said/substitutions <<< two
                        """, "a document nested old\none\ntwo\n"),
                new LineForm("continuations", """
                        echo one \\
                          two | tr o 0 > said/continuations
                        true &&
                          echo 'three
                        four' |
                          cat >> said/continuations
                        """, "0ne tw0\nthree\nfour\n"),
                new LineForm("loops", """
                        for i in 1 2; do
                          echo "$i"
                        done > said/loops
                        while read -r word
                        do echo "$word"
                        done >> said/loops <<< $'3\\n4'
                        for ((i = 5; i < 6; i++)) {
                          echo "$i" >> said/loops
                        }
                        """, "1\n2\n3\n4\n5\n"),
                new LineForm("branches", """
                        case x in
                          y) ;;
                          x) echo case > said/branches ;;
                        esac
                        if false; then
                          :
                        elif true
                        then echo if >> said/branches
                        fi
                        """, "case\nif\n"),
                new LineForm("conditions", """
                        [[ a == a &&
                           b == b ]] && echo both > said/conditions
                        (( 1 +
                           1 == 2 )) && echo sum >> said/conditions
                        """, "both\nsum\n"),
                new LineForm("function", """
                        tell() {
                          echo "told $1"
                        }; tell all > said/function
                        """, "told all\n"),
                new LineForm("array", """
                        words=(one # ) is no end
                          'two three'
                        ); echo "${#words[@]} ${words[1]}" > said/array
                        """, "2 two three\n"),
                new LineForm("failing", """
                        no-such-program 2> /dev/null || echo "status $?" > said/failing
                        """, "status 127\n"),
                new LineForm("no-line-end", """
                        printf 'a\\tb' > said/no-line-end
                        """, "a\tb"),
                new LineForm("characters", """
                        echo "ünïcode ✓ 🙂" > said/characters # a comment; with ' and "
                        """, "ünïcode ✓ 🙂\n"));
    }

    @Override
    public String toString() {
        return name;
    }
}
