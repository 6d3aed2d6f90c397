// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import java.util.Arrays;

/** Maps names to the stanzas that may have them. It contains hashes, not names: the caller must check the results. */
final class NameTable {
    private final long[] entries;

    private NameTable(long[] entries) {
        this.entries = entries;
    }

    /** Collects names. */
    static final class Builder {
        private long[] entries = new long[1 << 12];
        private int count;

        void add(String name, int stanza) {
            if (count == entries.length) {
                entries = Arrays.copyOf(entries, count * 2);
            }
            entries[count++] = key(name) | stanza;
        }

        NameTable build() {
            long[] sorted = Arrays.copyOf(entries, count);
            Arrays.sort(sorted);
            return new NameTable(sorted);
        }
    }

    private static long key(String name) {
        return (long) name.hashCode() << Integer.SIZE;
    }

    /** The numbers of the stanzas, ascending, each once. */
    int[] candidates(String name) {
        int from = Arrays.binarySearch(entries, key(name));
        from = from < 0 ? -from - 1 : from;
        long last = key(name) | Integer.MAX_VALUE;
        return Arrays.stream(entries, from, entries.length)
                .takeWhile(entry -> entry <= last)
                .mapToInt(entry -> (int) entry)
                .distinct()
                .toArray();
    }
}
