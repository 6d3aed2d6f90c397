// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;

/** An inode of 256 bytes (the kernel's Documentation/filesystems/ext4/inodes.rst). It belongs to root. */
final class NewInodeBytes {
    /** The length of the fields after the first 128 bytes. */
    static final int EXTRA = 32;

    private static final int EXTENTS_FLAG = 0x80000;
    private static final int SECTORS_PER_BLOCK = Geometry.BLOCK / 512;
    private static final int MAP = 0x28;

    private NewInodeBytes() {}

    /** @param map the 60 bytes of the root of its extent tree; not used for a fast link */
    static ByteBuffer of(NewInode inode, ByteBuffer map) {
        ByteBuffer bytes = ByteBuffer.allocate(Geometry.INODE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        Instant modified = inode.node().modified();
        int seconds = (int) modified.getEpochSecond();
        bytes.putShort(0x0, (short) (inode.node().type().modeBits() | inode.permissions()));
        bytes.putInt(0x4, (int) inode.sizeBytes());
        bytes.putInt(0x8, seconds).putInt(0xC, seconds).putInt(0x10, seconds);
        bytes.putShort(0x1A, (short) inode.links());
        bytes.putInt(0x1C, (int) ((inode.blocks() + inode.treeBlocks()) * SECTORS_PER_BLOCK));
        if (inode.isFastLink()) {
            bytes.put(MAP, inode.target());
        } else {
            bytes.putInt(0x20, EXTENTS_FLAG);
            bytes.put(MAP, map, 0, map.remaining());
        }
        bytes.putInt(0x6C, (int) (inode.sizeBytes() >>> 32));
        bytes.putShort(0x80, (short) EXTRA);
        int extra = (modified.getNano() << 2) | ((int) ((modified.getEpochSecond() - seconds) >> 32) & 3);
        bytes.putInt(0x84, extra).putInt(0x88, extra).putInt(0x8C, extra);
        bytes.putInt(0x90, seconds).putInt(0x94, extra);
        return bytes;
    }
}
