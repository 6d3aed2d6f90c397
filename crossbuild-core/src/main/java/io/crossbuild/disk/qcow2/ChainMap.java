// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Which image of a chain stores each cluster, looked up once for several hundred neighbouring clusters. Safe for use by
 * several threads.
 */
final class ChainMap {
    /** With 64 KiB clusters these describe 32 GiB of disk, and take 6 MiB. */
    private static final int CACHED_SLICES = 1024;

    private final Qcow2Image top;
    private final int clusters;
    // Each slice has one place; the last thread that writes wins.
    private final AtomicReferenceArray<@Nullable ChainSlice> slices = new AtomicReferenceArray<>(CACHED_SLICES);

    ChainMap(Qcow2Image top) {
        this.top = top;
        this.clusters = (int) Math.min(TableCache.SLICE_ENTRIES, top.header().clusterSize() / Long.BYTES);
    }

    /** The slice with a cluster. */
    ChainSlice slice(long cluster) throws IOException {
        long number = cluster / clusters;
        int place = (int) (number % CACHED_SLICES);
        ChainSlice slice = slices.get(place);
        if (slice == null || slice.first() != number * clusters) {
            slice = read(number * clusters);
            slices.set(place, slice);
        }
        return slice;
    }

    /** Clusters that the images' tables do not describe in a simple way stay open. */
    private ChainSlice read(long first) throws IOException {
        ChainSlice slice = new ChainSlice(first, clusters);
        // A disk may be larger than the disk below it.
        long end = Math.min(top.sizeBytes(), (first + clusters) << top.header().clusterBits());
        Qcow2Image image = top;
        while (slice.isOpen() && image.claim(slice)) {
            Qcow2Image below = image.below(end);
            if (below == null) {
                slice.claimRest(image);
            } else {
                image = below;
            }
        }
        return slice;
    }
}
