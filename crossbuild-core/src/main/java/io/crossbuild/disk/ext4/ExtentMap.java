// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A tree of extents (Documentation/filesystems/ext4/ifork.rst). The last used leaf is kept. */
final class ExtentMap implements BlockMap {
    private static final long MAX_BLOCKS = 1L << 32;
    private static final int MAGIC = 0xF30A;
    private static final int MAX_DEPTH = 5;
    private static final int HEADER = 12;
    private static final int ENTRY = 12;
    // A longer extent stands for (its length - this) blocks that were allocated and never written.
    private static final int MAX_WRITTEN = 1 << 15;

    private final Inode inode;
    private final Volume volume;
    private volatile @Nullable Leaf last;

    ExtentMap(Inode inode) {
        this.inode = inode;
        this.volume = inode.volume();
    }

    @Override
    public long maxBlocks() {
        return MAX_BLOCKS;
    }

    @Override
    public Run at(long logical) throws IOException, CrossbuildException {
        Leaf leaf = last;
        if (leaf == null || !leaf.covers(logical)) {
            leaf = leafOf(logical);
            last = leaf;
        }
        return leaf.at(logical);
    }

    private Leaf leafOf(long logical) throws IOException, CrossbuildException {
        Node node = node(inode.map(), inode.block(), 0, MAX_BLOCKS);
        if (node.depth() > MAX_DEPTH) {
            throw malformed(node, "depth " + node.depth() + " (expected at most " + MAX_DEPTH + ")");
        }
        while (node.depth() > 0) {
            int index = node.lastUpTo(logical);
            if (index < 0) {
                // A hole before the first subtree.
                return new Leaf(node.start(), node.key(0), new long[0], new long[0], new long[0]);
            }
            node = child(node, index);
        }
        return leaf(node);
    }

    private Node child(Node parent, int index) throws IOException, CrossbuildException {
        int at = HEADER + index * ENTRY;
        long block = u32(parent.bytes(), at + 4) | (u16(parent.bytes(), at + 8) << 32);
        volume.checkRange("extents of inode " + inode.number(), block, 1, parent.block());
        long end = index + 1 < parent.entries() ? parent.key(index + 1) : parent.end();
        Node child = node(volume.block(block), block, parent.key(index), end);
        if (child.depth() != parent.depth() - 1) {
            throw malformed(child, "depth " + child.depth() + " (expected " + (parent.depth() - 1) + ")");
        }
        if (volume.features().metadataChecksums()) {
            checkChecksum(child);
        }
        return child;
    }

    /** Checks the header and the order of the keys, so that they can be searched. */
    private Node node(ByteBuffer bytes, long block, long start, long end) throws MalformedInputException {
        int entries = (int) u16(bytes, 2);
        int room = (int) u16(bytes, 4);
        Node node = new Node(bytes, block, start, end, entries, (int) u16(bytes, 6));
        if (u16(bytes, 0) != MAGIC) {
            throw malformed(node, String.format("magic 0x%04x (expected 0x%04x)", u16(bytes, 0), MAGIC));
        }
        if (entries > room || HEADER + room * ENTRY > bytes.capacity() || (entries == 0 && node.depth() > 0)) {
            throw malformed(node, entries + " entries with room for " + room);
        }
        long least = start;
        for (int i = 0; i < entries; i++) {
            if (node.key(i) < least || node.key(i) >= end) {
                throw malformed(node, "key " + node.key(i) + " (expected " + least + " to " + end + ")");
            }
            least = node.key(i) + 1;
        }
        return node;
    }

    private Leaf leaf(Node node) throws MalformedInputException {
        int entries = node.entries();
        long[] starts = new long[entries];
        long[] ends = new long[entries];
        long[] physical = new long[entries];
        for (int i = 0; i < entries; i++) {
            int at = HEADER + i * ENTRY;
            int stored = (int) u16(node.bytes(), at + 4);
            boolean written = stored <= MAX_WRITTEN;
            int length = written ? stored : stored - MAX_WRITTEN;
            starts[i] = node.key(i);
            ends[i] = starts[i] + length;
            long limit = i + 1 < entries ? node.key(i + 1) : node.end();
            if (length == 0 || ends[i] > limit) {
                throw malformed(
                        node,
                        "extent of " + length + " blocks at " + starts[i] + " (expected its end up to " + limit + ")");
            }
            long block = u32(node.bytes(), at + 8) | (u16(node.bytes(), at + 6) << 32);
            volume.checkRange("extent of inode " + inode.number(), block, length, node.block());
            physical[i] = written ? block : Run.HOLE;
        }
        return new Leaf(node.start(), node.end(), starts, ends, physical);
    }

    private void checkChecksum(Node node) throws MalformedInputException {
        int tail = HEADER + (int) u16(node.bytes(), 4) * ENTRY;
        if (tail > node.bytes().capacity() - 4) {
            throw malformed(node, "no room for a checksum");
        }
        int computed = Crc32c.of(inode.checksumStart(), node.bytes(), 0, tail);
        int stored = node.bytes().getInt(tail);
        if (stored != computed) {
            throw malformed(node, String.format("checksum 0x%08x (expected 0x%08x)", stored, computed));
        }
    }

    private MalformedInputException malformed(Node node, String problem) {
        return volume.malformed(node.block(), "extents of inode " + inode.number() + ": " + problem);
    }

    private static long u16(ByteBuffer bytes, int offset) {
        return Short.toUnsignedLong(bytes.getShort(offset));
    }

    private static long u32(ByteBuffer bytes, int offset) {
        return Integer.toUnsignedLong(bytes.getInt(offset));
    }

    /** A node for the blocks of the file from {@code start} to {@code end}. */
    private record Node(ByteBuffer bytes, long block, long start, long end, int entries, int depth) {
        long key(int index) {
            return u32(bytes, HEADER + index * ENTRY);
        }

        /** The last entry with a key that is not larger; -1 when there is none. */
        int lastUpTo(long logical) {
            int low = 0;
            int high = entries;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (key(middle) <= logical) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low - 1;
        }
    }

    /** The extents for the blocks of the file from {@code start} to {@code end}; blocks without an extent are holes. */
    private static final class Leaf {
        private final long start;
        private final long end;
        private final long[] starts;
        private final long[] ends;
        private final long[] physical;

        Leaf(long start, long end, long[] starts, long[] ends, long[] physical) {
            this.start = start;
            this.end = end;
            this.starts = starts;
            this.ends = ends;
            this.physical = physical;
        }

        boolean covers(long logical) {
            return logical >= start && logical < end;
        }

        Run at(long logical) {
            int found = Arrays.binarySearch(starts, logical);
            int index = found >= 0 ? found : -found - 2;
            if (index >= 0 && logical < ends[index]) {
                long block = physical[index];
                return new Run(block == Run.HOLE ? block : block + (logical - starts[index]), ends[index] - logical);
            }
            long next = index + 1 < starts.length ? starts[index + 1] : end;
            return new Run(Run.HOLE, next - logical);
        }
    }
}
