// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads the bytes of blocks that are no copies of earlier ones (RFC 8878, section 3.1.1.3.1). */
final class Literals {
    private static final int RAW = 0;
    private static final int REPEATED = 1;
    private static final int COMPRESSED = 2;

    private final byte[] bytes = new byte[Zstandard.MAX_BLOCK_BYTES];
    /** Of an earlier block of the frame. */
    private @Nullable HuffmanTable table;

    byte[] bytes() {
        return bytes;
    }

    /** Reads those of a block and gives their number. */
    int read(Source source) throws MalformedInputException {
        int first = source.u8();
        int type = first & 3;
        int format = (first >> 2) & 3;
        if (type != RAW && type != REPEATED) {
            return compressed(source, first, format, type == COMPRESSED);
        }
        int size = (format & 1) == 0 ? first >> 3 : (first >> 4) + ((int) source.number(format == 1 ? 1 : 2) << 4);
        require(source, size);
        if (type == REPEATED) {
            Arrays.fill(bytes, 0, size, (byte) source.u8());
        } else {
            System.arraycopy(source.bytes(), source.skip(size), bytes, 0, size);
        }
        return size;
    }

    private int compressed(Source source, int first, int format, boolean ownTable) throws MalformedInputException {
        int width = format < 2 ? 10 : format == 2 ? 14 : 18;
        long sizes = (first >> 4) + (source.number((2 * width - 4) / 8) << 4);
        int size = (int) (sizes & ((1 << width) - 1));
        require(source, size);
        Source content = source.take((int) (sizes >> width));
        if (ownTable) {
            table = HuffmanTable.read(content);
        }
        HuffmanTable code = table;
        if (code == null) {
            throw source.malformed("literals with the code of an earlier block (expected one before)");
        }
        if (format == 0) {
            code.decode(new BackwardBits(content), bytes, 0, size);
        } else {
            four(code, content, size);
        }
        return size;
    }

    private void four(HuffmanTable code, Source content, int size) throws MalformedInputException {
        int quarter = (size + 3) / 4;
        if (size < 3 * quarter) {
            throw content.malformed(size + " literals in four streams (expected at least 6)");
        }
        int[] lengths = {(int) content.number(2), (int) content.number(2), (int) content.number(2)};
        for (int i = 0; i < 3; i++) {
            code.decode(new BackwardBits(content.take(lengths[i])), bytes, i * quarter, quarter);
        }
        code.decode(new BackwardBits(content), bytes, 3 * quarter, size - 3 * quarter);
    }

    private void require(Source source, int size) throws MalformedInputException {
        if (size > bytes.length) {
            throw source.malformed(size + " literals in a block (expected at most " + bytes.length + ")");
        }
    }
}
