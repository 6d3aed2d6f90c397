// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;

/** Bits that are read from the last to the first; the highest bit that is set in the last byte stands before them. */
final class BackwardBits {
    private final Source source;
    private final int start;
    /** How many bits are left; less than none when more were read than there are. Those are zeros. */
    private long left;

    BackwardBits(Source source) throws MalformedInputException {
        this.source = source;
        this.start = source.start();
        int last = source.remaining() == 0 ? 0 : source.bytes()[source.end() - 1] & 0xFF;
        if (last == 0) {
            throw source.malformed("bits that end with a zero byte (expected a mark before the first bit)");
        }
        this.left = 8L * source.remaining() - Integer.numberOfLeadingZeros(last) + 23;
    }

    long left() {
        return left;
    }

    /** The next bits, at most 32. */
    int read(int count) {
        left -= count;
        return bits(left, count);
    }

    /** As {@link #read}, but they stay the next. */
    int peek(int count) {
        return bits(left - count, count);
    }

    void skip(int count) {
        left -= count;
    }

    private int bits(long from, int count) {
        if (from >= 0) {
            long word = source.at(start + (int) (from >>> 3)) >>> (from & 7);
            return (int) (word & ((1L << count) - 1));
        }
        long there = count + from;
        return there <= 0 ? 0 : bits(0, (int) there) << (count - there);
    }

    MalformedInputException malformed(String problem) {
        return source.malformed(problem);
    }

    /** All of them must have been used, and no more. */
    void requireEnd() throws MalformedInputException {
        if (left != 0) {
            throw malformed(left + " bits are left (expected none)");
        }
    }
}
