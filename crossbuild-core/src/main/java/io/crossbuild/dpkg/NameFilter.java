// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import io.crossbuild.tree.NameCodec;
import io.crossbuild.tree.TreePaths;

/**
 * Tells lines that may end with one of some names from those that cannot: nearly every line of a file list is passed over
 * without becoming a String.
 */
final class NameFilter {
    private static final int BITS = 1 << 16;

    private final long[] hashes = new long[BITS / Long.SIZE];

    /** Adds the last component of a path. */
    void add(String path) {
        byte[] name = NameCodec.encode(TreePaths.name(path));
        int bit = hash(name, 0, name.length);
        hashes[bit / Long.SIZE] |= 1L << bit;
    }

    /** Whether the last component of the path in a range of bytes may be one of the names. */
    boolean mayHave(byte[] bytes, int start, int end) {
        int slash = end - 1;
        while (slash >= start && bytes[slash] != '/') {
            slash--;
        }
        int bit = hash(bytes, slash + 1, end);
        return (hashes[bit / Long.SIZE] & 1L << bit) != 0;
    }

    private static int hash(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ hash >>> 16) & (BITS - 1);
    }
}
