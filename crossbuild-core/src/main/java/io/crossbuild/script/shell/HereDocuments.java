// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

import java.util.ArrayList;
import java.util.List;

/** The here-documents of a line; their bodies begin on the next line. */
final class HereDocuments {
    private final ShellText in;
    private List<Pending> pending = new ArrayList<>();

    HereDocuments(ShellText in) {
        this.in = in;
    }

    private record Pending(int start, String delimiter, boolean quoted, boolean stripTabs) {}

    /**
     * Adds one.
     *
     * @param start the position of its operator
     * @param word the delimiter as written, with its quotes
     */
    void add(int start, String word, boolean stripTabs) {
        StringBuilder delimiter = new StringBuilder();
        boolean quoted = false;
        char quote = 0;
        for (int i = 0; i < word.length(); i++) {
            char c = word.charAt(i);
            if (quote == 0 && (c == '\'' || c == '"')) {
                quote = c;
                quoted = true;
            } else if (c == quote) {
                quote = 0;
            } else if (c == '\\' && quote != '\'' && i + 1 < word.length()) {
                i++;
                if (word.charAt(i) != '\n') {
                    quoted = true;
                    delimiter.append(word.charAt(i));
                }
            } else {
                delimiter.append(c);
            }
        }
        pending.add(new Pending(start, delimiter.toString(), quoted, stripTabs));
    }

    /** Reads the bodies of all pending here-documents; the position is after the line feed before them. */
    void readBodies() throws BrokenStepException {
        List<Pending> now = pending;
        pending = new ArrayList<>();
        for (Pending document : now) {
            do {
                if (in.atEnd()) {
                    throw unterminated(document);
                }
            } while (!line(document).equals(document.delimiter()));
        }
    }

    /** Fails if a here-document is pending and there is no further line. */
    void requireNone() throws BrokenStepException {
        if (!pending.isEmpty()) {
            throw unterminated(pending.get(0));
        }
    }

    private static BrokenStepException unterminated(Pending document) {
        return BrokenStepException.unterminated(
                "here-document '" + document.delimiter() + "'",
                document.start(),
                "a line '" + document.delimiter() + "' and nothing else");
    }

    /** One line of the body; with an unquoted delimiter a backslash joins it with the next one, as in the shell. */
    private String line(Pending document) {
        StringBuilder line = new StringBuilder();
        while (document.stripTabs() && in.peek() == '\t') {
            in.skip(1);
        }
        while (!in.atEnd() && !in.looksAt("\n")) {
            if (in.peek() == '\\' && !document.quoted()) {
                if (in.peek(1) != '\n') {
                    line.append('\\').append(in.peek(1));
                }
                in.skip(2);
            } else {
                line.append(in.peek());
                in.skip(1);
            }
        }
        in.skip(1);
        return line.toString();
    }
}
