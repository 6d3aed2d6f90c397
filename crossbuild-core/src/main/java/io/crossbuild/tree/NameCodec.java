// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Turns the bytes of a Linux file name into a String and back, without loss (as Python's {@code surrogateescape}, PEP 383). */
public final class NameCodec {
    private static final int ESCAPE = 0xDC00;

    private NameCodec() {}

    public static String decode(byte[] name) {
        if (isAscii(name)) {
            return new String(name, StandardCharsets.US_ASCII);
        }
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(name);
        CharBuffer out = CharBuffer.allocate(name.length);
        while (true) {
            CoderResult result = decoder.decode(in, out, true);
            if (!result.isError()) {
                break;
            }
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE + (in.get() & 0xFF)));
            }
        }
        return out.flip().toString();
    }

    public static byte[] encode(String name) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(name.length());
        int i = 0;
        while (i < name.length()) {
            int end = i;
            while (end < name.length() && !isEscape(name, end)) {
                end += Character.charCount(name.codePointAt(end));
            }
            out.writeBytes(name.substring(i, end).getBytes(StandardCharsets.UTF_8));
            if (end < name.length()) {
                out.write(name.charAt(end) - ESCAPE);
                end++;
            }
            i = end;
        }
        return out.toByteArray();
    }

    /** Whether the name was valid UTF-8, so that any host can store it. */
    public static boolean isUtf8(String name) {
        for (int i = 0; i < name.length(); i += Character.charCount(name.codePointAt(i))) {
            if (isEscape(name, i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isAscii(byte[] name) {
        for (byte b : name) {
            if (b < 0) {
                return false;
            }
        }
        return true;
    }

    private static boolean isEscape(String name, int index) {
        int c = name.codePointAt(index);
        return c >= ESCAPE + 0x80 && c <= ESCAPE + 0xFF;
    }
}
