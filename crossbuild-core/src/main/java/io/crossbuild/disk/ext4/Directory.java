// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The sorted names of a directory, each with an inode number; without "." and "..". */
final class Directory {
    private final long parent;
    private final String[] names;
    private final long[] inodes;

    private Directory(long parent, String[] names, long[] inodes) {
        this.parent = parent;
        this.names = names;
        this.inodes = inodes;
    }

    /** Sorts the entries. */
    static Directory of(long parent, List<Name> entries) {
        Name[] sorted = entries.toArray(new Name[0]);
        Arrays.sort(sorted);
        String[] names = new String[sorted.length];
        long[] inodes = new long[sorted.length];
        for (int i = 0; i < sorted.length; i++) {
            names[i] = sorted[i].name();
            inodes[i] = sorted[i].inode();
        }
        return new Directory(parent, names, inodes);
    }

    /** The inode that ".." names. */
    long parent() {
        return parent;
    }

    int size() {
        return names.length;
    }

    String name(int index) {
        return names[index];
    }

    long inode(int index) {
        return inodes[index];
    }

    /** The indexes of all entries, ordered by inode number. */
    int[] byInode() {
        long[] keys = new long[inodes.length];
        for (int i = 0; i < keys.length; i++) {
            // An inode number has 32 bits, an index 31.
            keys[i] = (inodes[i] << 31) | i;
        }
        Arrays.sort(keys);
        int[] indexes = new int[keys.length];
        for (int i = 0; i < keys.length; i++) {
            indexes[i] = (int) (keys[i] & Integer.MAX_VALUE);
        }
        return indexes;
    }

    Optional<Long> find(String name) {
        int index = Arrays.binarySearch(names, name);
        return index < 0 ? Optional.empty() : Optional.of(inodes[index]);
    }

    /** An entry; ordered by name. */
    record Name(String name, long inode) implements Comparable<Name> {
        @Override
        public int compareTo(Name other) {
            return name.compareTo(other.name);
        }
    }
}
