// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * A search for any of a few byte strings that leaves most of the searched bytes unread (R. N. Horspool, "Practical fast
 * searching in strings", 1980; S. Wu and U. Manber, "A fast algorithm for multi-pattern searching", 1994). The longer
 * the shortest string is, the faster the search.
 */
public final class BytePatterns {
    private static final int BLOCK_BYTES = 2;

    private final byte[][] patterns;
    private final int shortest;
    /** How far a search may skip after a block of two bytes, by its value; 0 where a pattern may end. */
    private final byte[] shifts = new byte[1 << (BLOCK_BYTES * Byte.SIZE)];

    private BytePatterns(List<String> texts) {
        patterns = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
        int length = Arrays.stream(patterns).mapToInt(p -> p.length).min().orElse(0);
        if (length < BLOCK_BYTES) {
            throw new IllegalArgumentException("a pattern of less than two bytes");
        }
        shortest = Math.min(length, Byte.MAX_VALUE);
        Arrays.fill(shifts, (byte) (shortest - 1));
        for (byte[] pattern : patterns) {
            for (int end = 1; end < shortest; end++) {
                int block = block(pattern, end);
                shifts[block] = (byte) Math.min(shifts[block], shortest - 1 - end);
            }
        }
    }

    /** @param ascii at least one, each of at least two bytes */
    public static BytePatterns of(String... ascii) {
        return new BytePatterns(List.of(ascii));
    }

    private static int block(byte[] bytes, int end) {
        return ((bytes[end - 1] & 0xFF) << Byte.SIZE) | (bytes[end] & 0xFF);
    }

    /**
     * The position of the first of the strings in a range of bytes.
     *
     * @param end the string must end before it
     * @return -1 when there is none
     */
    public int find(byte[] bytes, int start, int end) {
        int last = start + shortest - 1;
        while (last < end) {
            int shift = shifts[block(bytes, last)];
            if (shift == 0) {
                int at = last - shortest + 1;
                if (isAt(bytes, at, end)) {
                    return at;
                }
                shift = 1;
            }
            last += shift;
        }
        return -1;
    }

    private boolean isAt(byte[] bytes, int at, int end) {
        for (byte[] pattern : patterns) {
            if (bytes[at] == pattern[0]
                    && pattern.length <= end - at
                    && Arrays.equals(bytes, at, at + pattern.length, pattern, 0, pattern.length)) {
                return true;
            }
        }
        return false;
    }
}
