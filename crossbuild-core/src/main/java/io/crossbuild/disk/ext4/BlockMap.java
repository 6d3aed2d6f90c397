// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;

/** Where the blocks of a file are. Safe for use by several threads. */
sealed interface BlockMap permits ExtentMap, IndirectMap {
    /** The map of a file, which must have blocks: no inline data, no short link. */
    static BlockMap of(Inode inode) throws CrossbuildException {
        inode.checkReadable();
        BlockMap map = inode.hasExtents() ? new ExtentMap(inode) : new IndirectMap(inode);
        long most = map.maxBlocks() * inode.volume().blockSize();
        if (inode.sizeBytes() > most) {
            throw inode.malformed("size " + inode.sizeBytes() + " (expected at most " + most + ") of");
        }
        return map;
    }

    /**
     * The run of blocks that begins with a block of the file.
     *
     * @param logical less than {@link #maxBlocks()}
     * @throws MalformedInputException when the map is wrong there
     */
    Run at(long logical) throws IOException, CrossbuildException;

    /** The number of blocks that a map of this kind can describe. */
    long maxBlocks();

    /**
     * Blocks that follow each other in the file and on the device, or are not stored.
     *
     * @param physical the first block on the device; {@link #HOLE} when they read as zero
     * @param length in blocks, at least 1
     */
    record Run(long physical, long length) {
        static final long HOLE = 0;

        boolean isHole() {
            return physical == HOLE;
        }
    }
}
