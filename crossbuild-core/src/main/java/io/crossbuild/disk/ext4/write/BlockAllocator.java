// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import java.util.ArrayList;
import java.util.List;

/** Hands out the blocks of a new file system from its beginning to its end. */
final class BlockAllocator {
    private final Geometry geometry;
    private int group;
    private int used;

    BlockAllocator(Geometry geometry) {
        this.geometry = geometry;
        this.used = geometry.tables(0);
    }

    /** Blocks for a content, in as few pieces as possible. */
    List<Extent> take(long blocks) {
        List<Extent> pieces = new ArrayList<>();
        for (long done = 0; done < blocks; ) {
            if (used == Geometry.BLOCKS_PER_GROUP) {
                group++;
                used = geometry.tables(group);
            }
            int count = (int) Math.min(Math.min(blocks - done, Extent.LONGEST), Geometry.BLOCKS_PER_GROUP - used);
            pieces.add(new Extent(done, geometry.start(group) + used, count));
            used += count;
            done += count;
        }
        return pieces;
    }

    /** How many blocks of a group are taken, all of them from its beginning. */
    int used(int ofGroup) {
        if (ofGroup == group) {
            return used;
        }
        return ofGroup < group ? Geometry.BLOCKS_PER_GROUP : geometry.tables(ofGroup);
    }
}
