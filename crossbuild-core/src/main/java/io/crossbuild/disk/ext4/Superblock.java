// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The superblock (the kernel's Documentation/filesystems/ext4/super.rst), checked so that values computed from it
 * neither overflow nor leave the device.
 *
 * @param checksumSeed the state of crc32c with which every metadata checksum starts
 * @param backupGroup1 the first group with a backup, with sparse_super2
 */
record Superblock(
        Features features,
        ByteBuffer uuid,
        int checksumSeed,
        int blockSize,
        long blocks,
        long firstDataBlock,
        long blocksPerGroup,
        long inodes,
        long inodesPerGroup,
        int inodeSize,
        long firstInode,
        int descriptorSize,
        long firstMetaBlockGroup,
        long backupGroup1,
        long backupGroup2) {
    static final int OFFSET = 1024;
    private static final int LENGTH = 1024;
    private static final int MAGIC = 0xEF53;
    private static final int ERRORS_DETECTED = 0x2;
    private static final int CHECKSUM_OFFSET = 0x3FC;
    private static final int CRC32C_TYPE = 1;
    private static final int OLD_INODE_SIZE = 128;
    private static final int OLD_FIRST_INODE = 11;
    private static final int OLD_DESCRIPTOR_SIZE = 32;
    private static final int MAX_LOG_BLOCK_SIZE = 6;

    static Superblock read(BlockDevice device) throws IOException, CrossbuildException {
        if (device.sizeBytes() < OFFSET + LENGTH) {
            throw new MalformedInputException(
                    device.name(), OFFSET, device.sizeBytes() + " bytes (expected an ext4 superblock)");
        }
        ByteBuffer bytes = ByteBuffer.allocate(LENGTH).order(ByteOrder.LITTLE_ENDIAN);
        device.read(bytes, OFFSET);
        return new Parser(device, bytes).parse();
    }

    long groups() {
        return (blocks - firstDataBlock + blocksPerGroup - 1) / blocksPerGroup;
    }

    long sizeBytes() {
        return blocks * blockSize;
    }

    private static final class Parser {
        private final BlockDevice device;
        private final ByteBuffer bytes;

        Parser(BlockDevice device, ByteBuffer bytes) {
            this.device = device;
            this.bytes = bytes;
        }

        Superblock parse() throws CrossbuildException {
            check(u16(0x38) == MAGIC, 0x38, String.format("magic 0x%04x (expected 0x%04x of ext4)", u16(0x38), MAGIC));
            Features features = new Features(bytes.getInt(0x5C), bytes.getInt(0x60), bytes.getInt(0x64));
            boolean old = u32(0x4C) == 0;
            if (old) {
                features = new Features(0, 0, 0);
            }
            if (features.metadataChecksums()) {
                checkChecksum();
            }
            features.check(device.name());
            check(
                    (u16(0x3A) & ERRORS_DETECTED) == 0,
                    0x3A,
                    "the kernel marked the file system as damaged (expected one that e2fsck has passed)");
            ByteBuffer uuid = bytes.slice(0x68, 16);
            Superblock superblock = new Superblock(
                    features,
                    uuid,
                    features.checksumSeed() ? bytes.getInt(0x270) : Crc32c.update(Crc32c.START, uuid, 0, 16),
                    blockSize(),
                    u32(0x4) | (features.is64Bit() ? u32(0x150) << 32 : 0),
                    u32(0x14),
                    u32(0x20),
                    u32(0x0),
                    u32(0x28),
                    old ? OLD_INODE_SIZE : u16(0x58),
                    old ? OLD_FIRST_INODE : u32(0x54),
                    features.is64Bit() ? u16(0xFE) : OLD_DESCRIPTOR_SIZE,
                    u32(0x104),
                    u32(0x24C),
                    u32(0x250));
            checkGeometry(superblock);
            return superblock;
        }

        private void checkChecksum() throws MalformedInputException {
            int type = bytes.get(0x175) & 0xFF;
            check(type == CRC32C_TYPE, 0x175, "checksum type " + type + " (expected 1, crc32c)");
            int computed = Crc32c.update(Crc32c.START, bytes, 0, CHECKSUM_OFFSET);
            int stored = bytes.getInt(CHECKSUM_OFFSET);
            check(
                    computed == stored,
                    CHECKSUM_OFFSET,
                    String.format("checksum 0x%08x of the superblock (expected 0x%08x)", stored, computed));
        }

        private int blockSize() throws MalformedInputException {
            long log = u32(0x18);
            check(log <= MAX_LOG_BLOCK_SIZE, 0x18, "block size of 2^" + (10 + log) + " (expected 2^10 to 2^16)");
            return 1024 << log;
        }

        private void checkGeometry(Superblock sb) throws MalformedInputException {
            int blockSize = sb.blockSize();
            check(
                    sb.blocks() > 0 && sb.blocks() <= device.sizeBytes() / blockSize,
                    0x4,
                    Long.toUnsignedString(sb.blocks()) + " blocks of " + blockSize
                            + " bytes (expected no more than fit in " + device.sizeBytes() + " bytes)");
            check(
                    sb.firstDataBlock() <= 1 && sb.firstDataBlock() < sb.blocks(),
                    0x14,
                    "first data block " + sb.firstDataBlock() + " (expected 0 or 1)");
            check(sb.blocksPerGroup() > 0, 0x20, "0 blocks in a group (expected at least 1)");
            int inodeSize = sb.inodeSize();
            check(
                    inodeSize >= OLD_INODE_SIZE && inodeSize <= blockSize && Integer.bitCount(inodeSize) == 1,
                    0x58,
                    "inodes of " + inodeSize + " bytes (expected a power of 2 from 128 to " + blockSize + ")");
            check(
                    sb.inodesPerGroup() >= blockSize / inodeSize && sb.inodesPerGroup() <= blockSize * 8L,
                    0x28,
                    sb.inodesPerGroup() + " inodes in a group (expected " + blockSize / inodeSize + " to "
                            + blockSize * 8L + ")");
            check(
                    sb.groups() * sb.inodesPerGroup() == sb.inodes(),
                    0x0,
                    sb.inodes() + " inodes (expected " + sb.inodesPerGroup() + " in each of " + sb.groups()
                            + " groups)");
            int descriptorSize = sb.descriptorSize();
            check(
                    descriptorSize >= (sb.features().is64Bit() ? 64 : OLD_DESCRIPTOR_SIZE)
                            && descriptorSize <= blockSize
                            && Integer.bitCount(descriptorSize) == 1,
                    0xFE,
                    "group descriptors of " + descriptorSize + " bytes (expected a power of 2 from 64 to " + blockSize
                            + ")");
        }

        private void check(boolean right, int offset, String problem) throws MalformedInputException {
            if (!right) {
                throw new MalformedInputException(device.name(), OFFSET + offset, problem);
            }
        }

        private int u16(int offset) {
            return Short.toUnsignedInt(bytes.getShort(offset));
        }

        private long u32(int offset) {
            return Integer.toUnsignedLong(bytes.getInt(offset));
        }
    }
}
