// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

/**
 * Where the tables of a file system are. Every group has all of its blocks, and begins with its own tables: in some
 * groups a copy of the superblock and the descriptors, then a bitmap of blocks, a bitmap of inodes, inodes.
 *
 * @param groups the number of groups
 * @param inodesPerGroup a multiple of the inodes in a block
 */
record Geometry(int groups, int inodesPerGroup) {
    static final int BLOCK = 4096;
    /** A bit for each in one block. */
    static final int BLOCKS_PER_GROUP = 8 * BLOCK;

    static final int INODE_BYTES = 256;
    static final int DESCRIPTOR_BYTES = 32;
    /** The first inode that is not reserved. */
    static final int FIRST_INODE = 11;

    private static final int INODES_PER_BLOCK = BLOCK / INODE_BYTES;
    private static final int MOST_INODES_PER_GROUP = 8 * BLOCK;
    /** Block numbers have 32 bits. */
    private static final int MOST_GROUPS = 1 << 17;

    /**
     * The smallest geometry with room for some blocks and inodes.
     *
     * @throws IllegalArgumentException when they would take more than 16 TiB
     */
    static Geometry of(long blocks, long inodes) {
        long groups = Math.max(1, Math.max(blocks / BLOCKS_PER_GROUP, inodes / MOST_INODES_PER_GROUP));
        while (groups < MOST_GROUPS) {
            long perGroup = roundUp((inodes + groups - 1) / groups);
            if (perGroup <= MOST_INODES_PER_GROUP) {
                Geometry geometry = new Geometry((int) groups, (int) perGroup);
                if (geometry.room() >= blocks) {
                    return geometry;
                }
            }
            groups++;
        }
        throw new IllegalArgumentException(blocks + " blocks and " + inodes + " inodes exceed 16 TiB");
    }

    private static long roundUp(long inodes) {
        return (inodes + INODES_PER_BLOCK - 1) / INODES_PER_BLOCK * INODES_PER_BLOCK;
    }

    /** Blocks that are not taken by tables; not negative. */
    long room() {
        long room = 0;
        for (int group = 0; group < groups; group++) {
            room += Math.max(0, BLOCKS_PER_GROUP - tables(group));
        }
        return room;
    }

    long blocks() {
        return (long) groups * BLOCKS_PER_GROUP;
    }

    long sizeBytes() {
        return blocks() * BLOCK;
    }

    int inodes() {
        return groups * inodesPerGroup;
    }

    int descriptorBlocks() {
        return (groups * DESCRIPTOR_BYTES + BLOCK - 1) / BLOCK;
    }

    int inodeBlocks() {
        return inodesPerGroup / INODES_PER_BLOCK;
    }

    /** Whether a group has a copy of the superblock, with sparse_super: 0, 1, and powers of 3, 5 and 7. */
    static boolean hasSuperblock(int group) {
        return group <= 1 || isPower(group, 3) || isPower(group, 5) || isPower(group, 7);
    }

    private static boolean isPower(int number, int base) {
        int rest = number;
        while (rest % base == 0) {
            rest /= base;
        }
        return rest == 1;
    }

    long start(int group) {
        return (long) group * BLOCKS_PER_GROUP;
    }

    long blockBitmap(int group) {
        return start(group) + (hasSuperblock(group) ? 1 + descriptorBlocks() : 0);
    }

    long inodeBitmap(int group) {
        return blockBitmap(group) + 1;
    }

    long inodeTable(int group) {
        return blockBitmap(group) + 2;
    }

    /** How many blocks the tables of a group take. */
    int tables(int group) {
        return (int) (inodeTable(group) - start(group)) + inodeBlocks();
    }

    /** The position of an inode on the disk, in bytes. */
    long inode(int number) {
        int index = number - 1;
        return inodeTable(index / inodesPerGroup) * BLOCK + (long) (index % inodesPerGroup) * INODE_BYTES;
    }
}
