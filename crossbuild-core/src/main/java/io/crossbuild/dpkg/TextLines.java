// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.NameCodec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Reads a text line by line, however long it is. Bytes that are no UTF-8 come as names of files do. */
final class TextLines {
    private static final int WINDOW_BYTES = 1 << 16;
    private static final int MAX_LINE_BYTES = 1 << 20;

    private TextLines() {}

    /** Takes a line without its end. */
    interface Visitor {
        void line(String line) throws IOException, CrossbuildException;
    }

    static void read(FileContent content, String name, Visitor visitor) throws IOException, CrossbuildException {
        read(content, name, null, visitor);
    }

    /** @param filter passes over lines of no interest; null for none */
    static void read(FileContent content, String name, @Nullable NameFilter filter, Visitor visitor)
            throws IOException, CrossbuildException {
        ByteBuffer window = ByteBuffer.allocate((int) Math.max(1, Math.min(WINDOW_BYTES, content.sizeBytes())));
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        long at = 0;
        while (content.read(window.clear(), at) > 0) {
            byte[] bytes = window.array();
            int start = 0;
            for (int i = 0; i < window.position(); i++) {
                if (bytes[i] == '\n') {
                    if (line.size() > 0 || filter == null || filter.mayHave(bytes, start, i)) {
                        line.write(bytes, start, i - start);
                        visitor.line(NameCodec.decode(line.toByteArray()));
                        line.reset();
                    }
                    start = i + 1;
                }
            }
            line.write(bytes, start, window.position() - start);
            if (line.size() > MAX_LINE_BYTES) {
                throw new MalformedInputException(
                        name, at, "a line longer than " + MAX_LINE_BYTES + " bytes (expected lines of text)");
            }
            at += window.position();
        }
        if (line.size() > 0) {
            visitor.line(NameCodec.decode(line.toByteArray()));
        }
    }
}
