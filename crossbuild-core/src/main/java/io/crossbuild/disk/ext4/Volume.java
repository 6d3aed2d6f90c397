// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.disk.block.BoundedCache;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** A device with the geometry of its file system: blocks by number, with a bounded cache of metadata blocks. */
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

    /** @param trace receives everything that is read from now on; null for none */
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

    /** The beginning of a metadata checksum: the numbers of its owner. */
    byte[] checksumStart(int... owner) {
        int[] numbers = new int[1 + owner.length];
        numbers[0] = wayToChecksumSeed;
        System.arraycopy(owner, 0, numbers, 1, owner.length);
        return Crc32c.bytesOf(numbers);
    }

    /** A block of metadata: little-endian, shared, therefore only for absolute reads. */
    ByteBuffer block(long block) throws IOException, CrossbuildException {
        if (trace != null) {
            trace.addBlocks(block, 1);
        }
        return table(block);
    }

    /** Like {@link #block}, for inodes and the descriptors of their tables: a trace records inodes one by one. */
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

    /** Reads within a run of blocks with the content of a file. */
    void read(ByteBuffer target, long block, long offset) throws IOException, CrossbuildException {
        if (trace != null && target.hasRemaining()) {
            long first = block + offset / blockSize();
            trace.addBlocks(first, block + (offset + target.remaining() - 1) / blockSize() - first + 1);
        }
        device.read(target, block * blockSize() + offset);
    }

    /** Adds an inode to the trace. */
    void noteInode(long number) {
        if (trace != null) {
            trace.addInode(number);
        }
    }

    /** Whether a range of blocks may contain anything but the superblock. */
    boolean contains(long block, long count) {
        return block > superblock.firstDataBlock() && count >= 0 && block <= superblock.blocks() - count;
    }

    /**
     * Checks that a range is inside the file system, after its superblock.
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

    /** @param block where the problem is; -1 when there is no single place */
    MalformedInputException malformed(long block, String problem) {
        return new MalformedInputException(device.name(), block < 0 ? -1 : block * blockSize(), problem);
    }
}
