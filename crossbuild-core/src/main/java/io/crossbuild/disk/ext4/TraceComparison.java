// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/**
 * Compares two file systems in the places where one of them was read. Only places that may differ are examined, so the
 * time depends on how much differs there. Access times do not count: {@link Ext4FileTree} never returns them.
 */
public final class TraceComparison {
    private final Volume before;
    private final Volume now;
    private final InodeTable inodesBefore;
    private final InodeTable inodesNow;

    private TraceComparison(BlockDevice before, BlockDevice now) throws IOException, CrossbuildException {
        this.before = Volume.open(before, null);
        this.now = Volume.open(now, null);
        this.inodesBefore = new InodeTable(this.before);
        this.inodesNow = new InodeTable(this.now);
    }

    /**
     * Whether everything in a trace is the same in both.
     *
     * @param trace a complete trace of a tree on {@code before}
     * @param changed where the two devices may differ, in bytes
     * @throws CrossbuildException when one of them does not have a valid file system
     */
    public static boolean isSame(BlockDevice before, BlockDevice now, ReadTrace trace, List<BlockDevice.Range> changed)
            throws IOException, CrossbuildException {
        return new TraceComparison(before, now).isSame(trace, changed);
    }

    private boolean isSame(ReadTrace trace, List<BlockDevice.Range> ranges) throws IOException, CrossbuildException {
        if (!before.superblock().equals(now.superblock())) {
            return false;
        }
        BitSet changed = blocks(ranges);
        return isSame(trace.blocks(), changed) && areInodesSame(trace.inodes(), changed);
    }

    private BitSet blocks(List<BlockDevice.Range> ranges) {
        BitSet blocks = new BitSet();
        for (BlockDevice.Range range : ranges) {
            long first = range.start() / before.blockSize();
            long end = Math.min((range.end() - 1) / before.blockSize() + 1, ReadTrace.MAX_NUMBER);
            if (first < end) {
                blocks.set((int) first, (int) end);
            }
        }
        return blocks;
    }

    private boolean isSame(BitSet blocks, BitSet changed) throws IOException, CrossbuildException {
        blocks.and(changed);
        for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
            if (!before.block(block).equals(now.block(block))) {
                return false;
            }
        }
        return true;
    }

    private boolean areInodesSame(BitSet numbers, BitSet changed) throws IOException, CrossbuildException {
        for (int number = numbers.nextSetBit(0); number >= 0; number = numbers.nextSetBit(number + 1)) {
            long block = inodesBefore.blockOf(number);
            if (block != inodesNow.blockOf(number)) {
                return false;
            }
            boolean mayDiffer = block >= ReadTrace.MAX_NUMBER || changed.get((int) block);
            if (mayDiffer && !content(inodesBefore, number).equals(content(inodesNow, number))) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer content(InodeTable inodes, long number) throws IOException, CrossbuildException {
        return inodes.get(number).withoutAccessTime();
    }
}
