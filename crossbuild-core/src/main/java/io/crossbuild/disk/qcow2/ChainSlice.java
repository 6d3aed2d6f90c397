// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import org.jspecify.annotations.Nullable;

/**
 * For some neighbouring clusters: which image of a chain stores each of them, and with which L2 entry. So a read of a
 * few bytes does not query every image of the chain. Filled once, then only read.
 */
final class ChainSlice {
    /** An entry by which an image leaves a cluster to the image below. */
    static final long UNALLOCATED = 0;

    private final long first;
    private final @Nullable Qcow2Image[] owners;
    private final long[] entries;
    private int open;

    /** @param first the number of the first cluster */
    ChainSlice(long first, int clusters) {
        this.first = first;
        this.owners = new @Nullable Qcow2Image[clusters];
        this.entries = new long[clusters];
        this.open = clusters;
    }

    long first() {
        return first;
    }

    int clusters() {
        return entries.length;
    }

    /** Whether there are clusters that no image has claimed. */
    boolean isOpen() {
        return open > 0;
    }

    /** Gives an image the clusters for which it has an entry, unless an image above has them. */
    void claim(Qcow2Image image, long[] own) {
        for (int i = 0; i < entries.length; i++) {
            if (owners[i] == null && own[i] != UNALLOCATED) {
                owners[i] = image;
                entries[i] = own[i];
                open--;
            }
        }
    }

    /** Gives an image all remaining clusters: it queries the images below by itself. */
    void claimRest(Qcow2Image image) {
        for (int i = 0; i < entries.length; i++) {
            if (owners[i] == null) {
                owners[i] = image;
                entries[i] = UNALLOCATED;
            }
        }
        open = 0;
    }

    /** The image through which a cluster is read; null when the tables do not tell it in a simple way. */
    @Nullable Qcow2Image owner(int index) {
        return owners[index];
    }

    long entry(int index) {
        return entries[index];
    }

    /**
     * The number of clusters, starting with one, that have the same owner and are stored in a row, until they have this
     * many bytes.
     */
    int rising(int index, long step, long bytes) {
        int end = index + 1;
        while (end < entries.length
                && (end - index) * step < bytes
                && owners[end] == owners[index]
                && entries[end] == entries[end - 1] + step) {
            end++;
        }
        return end - index;
    }
}
