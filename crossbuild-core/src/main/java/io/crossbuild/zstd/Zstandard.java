// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;

/** Decompresses a Zstandard frame (RFC 8878) that is held in memory. */
public final class Zstandard {
    static final int MAX_BLOCK_BYTES = 128 << 10;

    private static final long MAGIC = 0xFD2FB528L;

    private Zstandard() {}

    /**
     * Decompresses the frame that bytes begin with; others may follow it.
     *
     * @param offset where it begins
     * @param length of what there is from there on
     * @param name of the whole, for messages
     * @param size of what was compressed
     * @throws MalformedInputException also when it needs a dictionary, or is not of that size
     */
    public static byte[] decompress(byte[] bytes, int offset, int length, String name, int size)
            throws MalformedInputException {
        Source source = Source.of(bytes, offset, length, name);
        if (source.number(4) != MAGIC) {
            throw source.malformed("no magic number of Zstandard (expected 28 b5 2f fd)");
        }
        boolean checksum = readHeader(source);
        Output out = new Output(size);
        readBlocks(source, out);
        byte[] content = out.complete(source);
        if (checksum && source.number(4) != (XxHash64.of(content) & 0xFFFFFFFFL)) {
            throw source.malformed("a wrong checksum (expected that of the content)");
        }
        return content;
    }

    /** Whether there is a checksum at the end. What it says of sizes is not needed: all of the content is in memory. */
    private static boolean readHeader(Source source) throws MalformedInputException {
        int descriptor = source.u8();
        boolean singleSegment = (descriptor & 0x20) != 0;
        if ((descriptor & 0x0B) != 0) {
            throw source.malformed("a frame with a dictionary or reserved bits (expected neither)");
        }
        source.skip(singleSegment ? 0 : 1);
        int sizeFlag = descriptor >> 6;
        source.skip(sizeFlag == 0 ? (singleSegment ? 1 : 0) : 1 << sizeFlag);
        return (descriptor & 4) != 0;
    }

    private static void readBlocks(Source source, Output out) throws MalformedInputException {
        Literals literals = new Literals();
        Sequences sequences = new Sequences(out);
        boolean last = false;
        while (!last) {
            int header = (int) source.number(3);
            last = (header & 1) != 0;
            int size = header >> 3;
            if (size > MAX_BLOCK_BYTES) {
                throw source.malformed("a block of " + size + " bytes (expected at most " + MAX_BLOCK_BYTES + ")");
            }
            switch (header >> 1 & 3) {
                case 0 -> out.append(source, source.bytes(), source.skip(size), size);
                case 1 -> out.fill(source, source.u8(), size);
                case 2 -> {
                    Source block = source.take(size);
                    int count = literals.read(block);
                    sequences.run(block, literals.bytes(), count);
                }
                default -> throw source.malformed("a block of type 3 (expected 0 to 2)");
            }
        }
    }
}
