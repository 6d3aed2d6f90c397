// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import io.crossbuild.io.LastLines;
import java.util.ArrayList;
import java.util.List;

/** The last lines of an output, within fixed bounds. Safe for use by several threads. */
final class OutputTail {
    private static final int MAX_LINES = 100;
    private static final int MAX_LINE_LENGTH = 2000;

    private final LastLines lines = new LastLines(MAX_LINES);
    private final StringBuilder partial = new StringBuilder();

    synchronized void append(CharSequence text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\n') {
                endLine();
            } else if (c != '\r' && partial.length() < MAX_LINE_LENGTH) {
                partial.append(c);
            }
        }
    }

    synchronized List<String> lines() {
        List<String> all = new ArrayList<>(lines.lines());
        if (partial.length() > 0) {
            all.add(partial.toString());
        }
        return List.copyOf(all);
    }

    private void endLine() {
        lines.add(partial.toString());
        partial.setLength(0);
    }
}
