// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.util.regex.Pattern;

/** Text of a guest that is to be shown on a terminal. */
public final class TerminalText {
    /** Terminal sequences as in ECMA-48: control sequences, operating system commands, two-byte escapes. */
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|[ -/]*[0-~])");

    private static final Pattern CONTROLS = Pattern.compile("[\\p{Cc}&&[^\t]]");

    private TerminalText() {}

    /** A line without terminal sequences and control characters, by which a guest could deceive whoever reads it. */
    public static String plain(String line) {
        String text = ESCAPES.matcher(line).replaceAll("");
        // Progress bars draw over themselves: only the last state counts.
        String last = text.strip().isEmpty() ? text : text.stripTrailing();
        return CONTROLS.matcher(last.substring(last.lastIndexOf('\r') + 1)).replaceAll("");
    }
}
