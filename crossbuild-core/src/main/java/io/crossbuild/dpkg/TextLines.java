// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.NameCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a text of any length line by line. Bytes that are not UTF-8 are decoded as in file names. */
final class TextLines {
    private static final int WINDOW_BYTES = 1 << 16;
    private static final int MAX_LINE_BYTES = 1 << 20;

    private TextLines() {}

    /** Receives a line without its end. */
    interface Visitor {
        void line(String line) throws IOException, CrossbuildException;
    }

    static void read(FileContent content, String name, Visitor visitor) throws IOException, CrossbuildException {
        read(content, name, null, visitor);
    }

    /** @param filter skips lines of no interest; null for none */
    static void read(FileContent content, String name, @Nullable NameFilter filter, Visitor visitor)
            throws IOException, CrossbuildException {
        ByteBuffer window = ByteBuffer.allocate((int) Math.max(1, Math.min(WINDOW_BYTES, content.sizeBytes())));
        // The beginning of a line that continues in the next window.
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long at = 0;
        while (content.read(window.clear(), at) > 0) {
            byte[] bytes = window.array();
            int length = window.position();
            int start = 0;
            if (line.size() > 0) {
                int end = endOfLine(bytes, 0, length);
                line.write(bytes, 0, end < 0 ? length : end);
                start = end < 0 ? length : end + 1;
                if (end >= 0) {
                    visitor.line(NameCodec.decode(line.toByteArray()));
                    line.reset();
                }
            }
            start = lines(bytes, start, length, filter, visitor);
            line.write(bytes, start, length - start);
            if (line.size() > MAX_LINE_BYTES) {
                throw new MalformedInputException(
                        name, at, "a line longer than " + MAX_LINE_BYTES + " bytes (expected lines of text)");
            }
            at += length;
        }
        if (line.size() > 0) {
            visitor.line(NameCodec.decode(line.toByteArray()));
        }
    }

    /** Visits the complete lines in a range of bytes; returns where the rest begins. */
    private static int lines(byte[] bytes, int from, int length, @Nullable NameFilter filter, Visitor visitor)
            throws IOException, CrossbuildException {
        int start = from;
        while (true) {
            int end = filter == null ? endOfLine(bytes, start, length) : filter.endOfLine(bytes, start, length);
            int last = startOfLine(bytes, start, end < 0 ? length : end);
            if (end < 0) {
                return last;
            }
            visitor.line(NameCodec.decode(Arrays.copyOfRange(bytes, last, end)));
            start = end + 1;
        }
    }

    private static int startOfLine(byte[] bytes, int from, int end) {
        int start = end;
        while (start > from && bytes[start - 1] != '\n') {
            start--;
        }
        return start;
    }

    private static int endOfLine(byte[] bytes, int start, int length) {
        for (int i = start; i < length; i++) {
            if (bytes[i] == '\n') {
                return i;
            }
        }
        return -1;
    }
}
