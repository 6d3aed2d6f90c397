// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The tree that leads to a file's extents (the kernel's Documentation/filesystems/ext4/ifork.rst). */
final class ExtentTree {
    private static final int ENTRY = 12;
    private static final int IN_INODE = 4;
    private static final int IN_BLOCK = Geometry.BLOCK / ENTRY - 1;
    private static final short MAGIC = (short) 0xF30A;

    /** The blocks outside the inode, by number. */
    private final Map<Long, ByteBuffer> blocks = new LinkedHashMap<>();

    private final ByteBuffer root;

    /** @param extents in order */
    ExtentTree(List<Extent> extents, BlockAllocator allocator) {
        List<Extent> entries = extents;
        int depth = 0;
        while (entries.size() > IN_INODE) {
            List<Extent> above = new ArrayList<>();
            for (int from = 0; from < entries.size(); from += IN_BLOCK) {
                List<Extent> part = entries.subList(from, Math.min(entries.size(), from + IN_BLOCK));
                long block = allocator.take(1).get(0).start();
                blocks.put(block, node(part, depth, IN_BLOCK, Geometry.BLOCK));
                above.add(new Extent(part.get(0).logical(), block, 1));
            }
            entries = above;
            depth++;
        }
        root = node(entries, depth, IN_INODE, (1 + IN_INODE) * ENTRY);
    }

    /** An upper bound for the blocks of a tree with so many extents. */
    static long blocksFor(long extents) {
        long blocks = 0;
        for (long entries = extents; entries > IN_INODE; entries = (entries + IN_BLOCK - 1) / IN_BLOCK) {
            blocks += (entries + IN_BLOCK - 1) / IN_BLOCK;
        }
        return blocks;
    }

    private static ByteBuffer node(List<Extent> entries, int depth, int most, int length) {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putShort(MAGIC).putShort((short) entries.size()).putShort((short) most);
        bytes.putShort((short) depth).putInt(0);
        for (Extent entry : entries) {
            bytes.putInt((int) entry.logical());
            short high = (short) (entry.start() >>> 32);
            if (depth == 0) {
                bytes.putShort((short) entry.count()).putShort(high).putInt((int) entry.start());
            } else {
                bytes.putInt((int) entry.start()).putShort(high).putShort((short) 0);
            }
        }
        return bytes.clear();
    }

    Map<Long, ByteBuffer> blocks() {
        return blocks;
    }

    /** The 60 bytes in the inode. */
    ByteBuffer root() {
        return root.duplicate();
    }
}
