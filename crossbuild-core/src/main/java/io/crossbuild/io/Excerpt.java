// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

/** The part of a longer text that a message has room for. */
public final class Excerpt {
    private Excerpt() {}

    /** The first line; if the text has more lines, it ends with " ...". */
    public static String firstLine(String text) {
        int end = text.indexOf('\n');
        return end < 0 ? text : text.substring(0, end) + " ...";
    }
}
