// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import io.crossbuild.error.MalformedInputException;

/** Bits that are read from the lowest of the first byte on. What is read behind the end is noticed there. */
final class ForwardBits {
    private final Source source;
    private final int start;
    private long at;

    ForwardBits(Source source) {
        this.source = source;
        this.start = source.start();
    }

    int read(int count) {
        int position = (int) Math.min(start + (at >> 3), source.end());
        int value = (int) (source.at(position) >>> (at & 7) & ((1L << count) - 1));
        at += count;
        return value;
    }

    /** A number from 0 to a largest one: the lower ones take a bit less where there are fewer numbers than the bits can say. */
    int upTo(int max) {
        int width = 32 - Integer.numberOfLeadingZeros(max);
        int value = read(width);
        int lower = value & ((1 << (width - 1)) - 1);
        int saved = (1 << width) - 1 - max;
        if (lower < saved) {
            at--;
            return lower;
        }
        return value == lower ? value : value - saved;
    }

    /** Goes on in the source behind the byte that was read last. */
    void end() throws MalformedInputException {
        source.skip((int) ((at + 7) >> 3));
    }
}
