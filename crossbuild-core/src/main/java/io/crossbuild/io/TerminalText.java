// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.util.regex.Pattern;

/** Text of a guest that is to be shown on a terminal. */
public final class TerminalText {
    /** Control sequences of ECMA-48, 5.4, and operating system commands such as those that set a window's title. */
    private static final Pattern SEQUENCE =
            Pattern.compile("\u001b\\[[0-?]*[ -/]*[@-~]|\u001b\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?");

    private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}&&[^\t]]");

    private TerminalText() {}

    /** A line without terminal sequences and control characters, by which a guest could deceive whoever reads it. */
    public static String plain(String line) {
        return CONTROL.matcher(SEQUENCE.matcher(line).replaceAll("")).replaceAll("");
    }
}
