// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

/** Bytes as text that printf(1) of a POSIX shell turns into the same bytes. */
final class PrintfText {
    private PrintfText() {}

    /** Each byte as an octal escape, for a format: {@code \ooo}. */
    static String octal(byte[] bytes) {
        StringBuilder text = new StringBuilder(4 * bytes.length);
        for (byte b : bytes) {
            append(text.append('\\'), b);
        }
        return text.toString();
    }

    /**
     * For the conversion {@code %b}: visible ASCII characters stay, other bytes, including spaces, become
     * {@code \0ooo}.
     */
    static String escape(byte[] bytes) {
        StringBuilder text = new StringBuilder(2 * bytes.length);
        for (byte b : bytes) {
            if (b > ' ' && b < 0x7f && b != '\\') {
                text.append((char) b);
            } else {
                append(text.append("\\0"), b);
            }
        }
        return text.toString();
    }

    private static void append(StringBuilder text, byte b) {
        text.append((char) ('0' + (b >> 6 & 3)));
        text.append((char) ('0' + (b >> 3 & 7))).append((char) ('0' + (b & 7)));
    }
}
