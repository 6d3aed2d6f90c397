// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/** Superblocks, descriptors of groups, and bitmaps (the kernel's Documentation/filesystems/ext4). */
final class Tables {
    private static final int SUPERBLOCK_OFFSET = 1024;

    private static final int INCOMPATIBLE_FILETYPE = 0x2;
    private static final int INCOMPATIBLE_EXTENTS = 0x40;
    private static final int RO_SPARSE_SUPER = 0x1;
    private static final int RO_LARGE_FILE = 0x2;
    private static final int RO_DIR_NLINK = 0x20;
    private static final int RO_EXTRA_ISIZE = 0x40;

    /** Any that is not zero: a machine has no two file systems of this kind. */
    private static final byte[] UUID = {
        'c', 'r', 'o', 's', 's', 'b', 0x4c, 'u', (byte) 0x8c, 'i', 'l', 'd', 'd', 'i', 's', 'k'
    };

    private final Geometry geometry;
    private final BlockAllocator allocator;
    private final int usedInodes;
    private final int[] directories;

    /**
     * @param usedInodes with the reserved ones, which are the first
     * @param directories how many directories each group has
     */
    Tables(Geometry geometry, BlockAllocator allocator, int usedInodes, int[] directories) {
        this.geometry = geometry;
        this.allocator = allocator;
        this.usedInodes = usedInodes;
        this.directories = directories.clone();
    }

    private int usedInodes(int group) {
        int before = group * geometry.inodesPerGroup();
        return Math.max(0, Math.min(geometry.inodesPerGroup(), usedInodes - before));
    }

    private long freeBlocks() {
        long free = 0;
        for (int group = 0; group < geometry.groups(); group++) {
            free += Geometry.BLOCKS_PER_GROUP - allocator.used(group);
        }
        return free;
    }

    /** The block that contains a superblock; in the first group the superblock comes after the boot sector. */
    ByteBuffer superblock(int group, Instant made) {
        ByteBuffer block = ByteBuffer.allocate(Geometry.BLOCK).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer sb = (group == 0 ? block.slice(SUPERBLOCK_OFFSET, 1024) : block.slice(0, 1024))
                .order(ByteOrder.LITTLE_ENDIAN);
        int seconds = (int) made.getEpochSecond();
        sb.putInt(0x0, geometry.inodes());
        sb.putInt(0x4, (int) geometry.blocks());
        sb.putInt(0xC, (int) freeBlocks());
        sb.putInt(0x10, geometry.inodes() - usedInodes);
        sb.putInt(0x18, 2 /* 4 KiB */).putInt(0x1C, 2);
        sb.putInt(0x20, Geometry.BLOCKS_PER_GROUP).putInt(0x24, Geometry.BLOCKS_PER_GROUP);
        sb.putInt(0x28, geometry.inodesPerGroup());
        sb.putInt(0x30, seconds);
        sb.putShort(0x36, (short) -1 /* never checked because of its age */);
        sb.putShort(0x38, (short) 0xEF53);
        sb.putShort(0x3A, (short) 1 /* clean */).putShort(0x3C, (short) 1 /* errors do not stop it */);
        sb.putInt(0x40, seconds);
        sb.putInt(0x4C, 1 /* with the features below */);
        sb.putInt(0x54, Geometry.FIRST_INODE).putShort(0x58, (short) Geometry.INODE_BYTES);
        sb.putShort(0x5A, (short) group);
        sb.putInt(0x60, INCOMPATIBLE_FILETYPE | INCOMPATIBLE_EXTENTS);
        sb.putInt(0x64, RO_SPARSE_SUPER | RO_LARGE_FILE | RO_DIR_NLINK | RO_EXTRA_ISIZE);
        sb.put(0x68, UUID);
        sb.putInt(0x108, seconds);
        sb.putShort(0x15C, (short) NewInodeBytes.EXTRA).putShort(0x15E, (short) NewInodeBytes.EXTRA);
        return block;
    }

    /** The descriptors of all groups, in whole blocks. */
    ByteBuffer descriptors() {
        ByteBuffer bytes = ByteBuffer.allocate(geometry.descriptorBlocks() * Geometry.BLOCK)
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int group = 0; group < geometry.groups(); group++) {
            bytes.position(group * Geometry.DESCRIPTOR_BYTES);
            bytes.putInt((int) geometry.blockBitmap(group));
            bytes.putInt((int) geometry.inodeBitmap(group));
            bytes.putInt((int) geometry.inodeTable(group));
            bytes.putShort((short) (Geometry.BLOCKS_PER_GROUP - allocator.used(group)));
            bytes.putShort((short) (geometry.inodesPerGroup() - usedInodes(group)));
            bytes.putShort((short) directories[group]);
        }
        return bytes.clear();
    }

    /** The two bitmaps of a group. */
    ByteBuffer bitmaps(int group) {
        ByteBuffer bytes = ByteBuffer.allocate(2 * Geometry.BLOCK);
        set(bytes, 0, 0, allocator.used(group));
        set(bytes, Geometry.BLOCK, 0, usedInodes(group));
        // Inodes that do not exist count as used.
        set(bytes, Geometry.BLOCK, geometry.inodesPerGroup(), 8 * Geometry.BLOCK);
        return bytes.clear();
    }

    private static void set(ByteBuffer bytes, int offset, int from, int to) {
        for (int bit = from; bit < to; bit++) {
            if (bit % 8 == 0 && to - bit >= 8) {
                bytes.put(offset + bit / 8, (byte) 0xFF);
                bit += 7;
            } else {
                int at = offset + bit / 8;
                bytes.put(at, (byte) (bytes.get(at) | 1 << bit % 8));
            }
        }
    }
}
