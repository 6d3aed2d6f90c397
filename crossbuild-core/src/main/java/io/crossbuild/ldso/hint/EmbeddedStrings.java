// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import io.crossbuild.elf.ElfData;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.BytePatterns;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Zero-terminated texts in a program, as strings(1) finds them; each is read through a window of bounded size. */
final class EmbeddedStrings {
    private static final int WINDOW_BYTES = 1 << 18;
    private static final int MIN_LENGTH = 4;
    private static final int MAX_LENGTH = 4096;

    private final byte[] bytes;
    private final int limit;
    private final Consumer<String> visitor;

    private EmbeddedStrings(byte[] bytes, int limit, Consumer<String> visitor) {
        this.bytes = bytes;
        this.limit = limit;
        this.visitor = visitor;
    }

    /**
     * @param stretch the part of the file in which the texts begin
     * @param parts only texts that contain one of these are reported; the same text may be reported twice
     */
    static void scan(FileContent content, ElfData.Stretch stretch, BytePatterns parts, Consumer<String> visitor)
            throws IOException, CrossbuildException {
        long size = content.sizeBytes();
        ByteBuffer window = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES + 2 * MAX_LENGTH, size));
        for (long at = stretch.start(); at < stretch.end(); at += WINDOW_BYTES) {
            // With as much before and after as the longest text may have.
            long start = Math.max(0, at - MAX_LENGTH);
            int from = (int) (at - start);
            int length = (int) Math.min(WINDOW_BYTES, stretch.end() - at);
            window.clear().limit(Math.min(from + length + MAX_LENGTH, window.capacity()));
            while (window.hasRemaining() && content.read(window, start + window.position()) > 0) {
                // continues to the end of the window or of the file
            }
            new EmbeddedStrings(window.array(), window.position(), visitor).find(parts, from, from + length);
        }
    }

    private void find(BytePatterns parts, int from, int to) {
        int part = parts.find(bytes, from, limit);
        while (part >= 0 && part < to) {
            int start = part;
            while (start > 0 && part - start <= MAX_LENGTH && isText(bytes[start - 1])) {
                start--;
            }
            int end = part;
            while (end < limit && end - start <= MAX_LENGTH && isText(bytes[end])) {
                end++;
            }
            int length = end - start;
            // All of it is one text that is too long: without this, each part in it would be looked at again.
            while (end < limit && length > MAX_LENGTH && isText(bytes[end])) {
                end++;
            }
            if (end < limit && bytes[end] == 0 && length >= MIN_LENGTH && length <= MAX_LENGTH) {
                visitor.accept(new String(bytes, start, length, StandardCharsets.US_ASCII));
            }
            part = parts.find(bytes, Math.max(end, part + 1), limit);
        }
    }

    private static boolean isText(byte b) {
        return b >= 0x20 && b != 0x7F;
    }
}
