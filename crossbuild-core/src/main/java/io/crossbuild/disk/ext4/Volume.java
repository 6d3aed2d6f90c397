// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A device with the geometry of its file system: blocks by number, with a bounded cache of those that hold metadata. */
final class Volume {
    private static final long CACHE_BYTES = 8 << 20;

    private final BlockDevice device;
    private final Superblock superblock;
    private final int wayToChecksumSeed;
    private final @Nullable ReadTrace trace;
    private final BoundedCache<Long, ByteBuffer> cache = new BoundedCache<>(CACHE_BYTES, ByteBuffer::capacity);

    private Volume(BlockDevice device, Superblock superblock, @Nullable ReadTrace trace) {
        this.device = device;
        this.superblock = superblock;
        this.wayToChecksumSeed = Crc32c.wayTo(superblock.checksumSeed());
        this.trace = trace;
    }

    /** @param trace gets all that is read from now on; null for none */
    static Volume open(BlockDevice device, @Nullable ReadTrace trace) throws IOException, CrossbuildException {
        return new Volume(device, Superblock.read(device), trace);
    }

    BlockDevice device() {
        return device;
    }

    Superblock superblock() {
        return superblock;
    }

    Features features() {
        return superblock.features();
    }

    int blockSize() {
        return superblock.blockSize();
    }

    /** What the checksum of metadata begins with, as numbers: those that it belongs to. */
    byte[] checksumStart(int... owner) {
        int[] numbers = new int[1 + owner.length];
        numbers[0] = wayToChecksumSeed;
        System.arraycopy(owner, 0, numbers, 1, owner.length);
        return Crc32c.bytesOf(numbers);
    }

    /** A block of metadata: little-endian, shared, so for absolute reads only. */
    ByteBuffer block(long block) throws IOException, CrossbuildException {
        if (trace != null) {
            trace.addBlocks(block, 1);
        }
        return table(block);
    }

    /** As {@link #block}, for inodes and the descriptors of their tables: a trace tells of each inode by itself. */
    ByteBuffer table(long block) throws IOException, CrossbuildException {
        ByteBuffer cached = cache.get(block);
        if (cached != null) {
            return cached;
        }
        ByteBuffer bytes = ByteBuffer.allocate(blockSize()).order(ByteOrder.LITTLE_ENDIAN);
        device.read(bytes, block * blockSize());
        bytes.flip();
        cache.put(block, bytes);
        return bytes;
    }

    /** Reads within a run of blocks that hold the content of a file. */
    void read(ByteBuffer target, long block, long offset) throws IOException, CrossbuildException {
        if (trace != null && target.hasRemaining()) {
            long first = block + offset / blockSize();
            trace.addBlocks(first, block + (offset + target.remaining() - 1) / blockSize() - first + 1);
        }
        device.read(target, block * blockSize() + offset);
    }

    /** Tells the trace of an inode that is read. */
    void noteInode(long number) {
        if (trace != null) {
            trace.addInode(number);
        }
    }

    /** Whether a range of blocks may hold anything but the superblock. */
    boolean contains(long block, long count) {
        return block > superblock.firstDataBlock() && count >= 0 && block <= superblock.blocks() - count;
    }

    /**
     * A range that must be inside the file system, and behind its superblock.
     *
     * @param from the block that names it, for the message
     */
    void checkRange(String what, long block, long count, long from) throws MalformedInputException {
        if (!contains(block, count)) {
            throw malformed(
                    from,
                    what + " at block " + block + (count == 1 ? "" : " and " + (count - 1) + " more")
                            + " (expected less than " + superblock.blocks() + ")");
        }
    }

    /** @param block where the problem is; -1 when there is no one place */
    MalformedInputException malformed(long block, String problem) {
        return new MalformedInputException(device.name(), block < 0 ? -1 : block * blockSize(), problem);
    }
}
