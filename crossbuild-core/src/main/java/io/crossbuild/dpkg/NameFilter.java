// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import io.crossbuild.tree.NameCodec;
import io.crossbuild.tree.TreePaths;

/**
 * Separates lines that may end with one of some names from lines that cannot: nearly every line of a file list is
 * skipped without becoming a String.
 */
final class NameFilter {
    private static final int BITS = 1 << 16;

    private final long[] hashes = new long[BITS / Long.SIZE];

    /** Adds the last component of a path. */
    void add(String path) {
        int bit = bit(hash(TreePaths.name(path)));
        hashes[bit / Long.SIZE] |= 1L << bit;
    }

    /** The hash of the name's bytes; for ASCII, {@link String#hashCode} is the same, and an intrinsic. */
    private static int hash(String name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 0x80) {
                for (byte b : NameCodec.encode(name)) {
                    hash = next(hash, b);
                }
                return hash;
            }
        }
        return name.hashCode();
    }

    /**
     * The end of the first line in a range of bytes whose last component may be one of the names; -1 if no such line
     * ends in the range.
     */
    int endOfLine(byte[] bytes, int start, int end) {
        int hash = 0;
        for (int i = start; i < end; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                int bit = bit(hash);
                if ((hashes[bit / Long.SIZE] & 1L << bit) != 0) {
                    return i;
                }
                hash = 0;
            } else {
                hash = b == '/' ? 0 : next(hash, b);
            }
        }
        return -1;
    }

    private static int next(int hash, byte b) {
        return 31 * hash + b;
    }

    private static int bit(int hash) {
        return (hash ^ hash >>> 16) & (BITS - 1);
    }
}
