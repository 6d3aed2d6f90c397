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
    private final byte[][] patterns;
    private final int shortest;
    /** How far a search may skip after a byte, by its value; 0 where a pattern may end. */
    private final int[] shifts = new int[1 << Byte.SIZE];

    private BytePatterns(List<String> texts) {
        patterns = texts.stream()
                .map(text -> text.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new);
        shortest = Arrays.stream(patterns).mapToInt(p -> p.length).min().orElse(0);
        if (shortest == 0) {
            throw new IllegalArgumentException("an empty pattern");
        }
        Arrays.fill(shifts, shortest);
        for (byte[] pattern : patterns) {
            for (int i = 0; i < shortest; i++) {
                int value = pattern[i] & 0xFF;
                shifts[value] = Math.min(shifts[value], shortest - 1 - i);
            }
        }
    }

    /** @param ascii at least one, none of them empty */
    public static BytePatterns of(String... ascii) {
        return new BytePatterns(List.of(ascii));
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
            int shift = shifts[bytes[last] & 0xFF];
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
