// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The block map of ext2 and ext3: 12 blocks, then a block of pointers, a block of pointers to blocks of pointers, and
 * one more level.
 */
final class IndirectMap implements BlockMap {
    private static final int DIRECT = 12;
    private static final int LEVELS = 3;

    private final Inode inode;
    private final Volume volume;
    private final int pointersPerBlock;

    IndirectMap(Inode inode) {
        this.inode = inode;
        this.volume = inode.volume();
        this.pointersPerBlock = volume.blockSize() / Integer.BYTES;
    }

    @Override
    public long maxBlocks() {
        return DIRECT + span(1) + span(2) + span(3);
    }

    @Override
    public Run at(long logical) throws IOException, CrossbuildException {
        if (logical < DIRECT) {
            return run(inode.map(), inode.block(), (int) logical, DIRECT);
        }
        long rest = logical - DIRECT;
        int level = 1;
        while (level < LEVELS && rest >= span(level)) {
            rest -= span(level);
            level++;
        }
        long table = Integer.toUnsignedLong(inode.map().getInt((DIRECT + level - 1) * Integer.BYTES));
        long namedBy = inode.block();
        while (true) {
            if (table == Run.HOLE) {
                return new Run(Run.HOLE, span(level) - rest);
            }
            checkBlock(table, namedBy);
            ByteBuffer pointers = volume.block(table);
            level--;
            int index = (int) (rest / span(level));
            if (level == 0) {
                return run(pointers, table, index, pointersPerBlock);
            }
            rest %= span(level);
            namedBy = table;
            table = Integer.toUnsignedLong(pointers.getInt(index * Integer.BYTES));
        }
    }

    /** The number of the file's blocks that a pointer leads to: one, or all below a block of pointers. */
    private long span(int level) {
        long blocks = 1;
        for (int i = 0; i < level; i++) {
            blocks *= pointersPerBlock;
        }
        return blocks;
    }

    private Run run(ByteBuffer pointers, long block, int index, int end) throws MalformedInputException {
        long first = Integer.toUnsignedLong(pointers.getInt(index * Integer.BYTES));
        int length = 1;
        while (index + length < end) {
            long next = Integer.toUnsignedLong(pointers.getInt((index + length) * Integer.BYTES));
            if (next != (first == Run.HOLE ? Run.HOLE : first + length)) {
                break;
            }
            length++;
        }
        if (first != Run.HOLE) {
            checkBlock(first, block);
            checkBlock(first + length - 1, block);
        }
        return new Run(first, length);
    }

    private void checkBlock(long block, long namedBy) throws MalformedInputException {
        volume.checkRange("block of inode " + inode.number(), block, 1, namedBy);
    }
}
