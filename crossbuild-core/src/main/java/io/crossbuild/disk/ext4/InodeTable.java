// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.disk.block.BoundedCache;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Finds inodes by number, through the group descriptors (Documentation/filesystems/ext4/group_descr.rst). */
final class InodeTable {
    static final long ROOT = 2;

    private static final int DESCRIPTOR_CHECKSUM = 0x1E;
    /** A disk of 512 GiB has this many. */
    private static final int CACHED_GROUPS = 4096;

    private final Volume volume;
    private final Superblock superblock;
    private final BoundedCache<Long, Long> tables = new BoundedCache<>(CACHED_GROUPS, table -> 1);

    InodeTable(Volume volume) {
        this.volume = volume;
        this.superblock = volume.superblock();
    }

    /**
     * The inode of a file that a directory names.
     *
     * @throws MalformedInputException when it is out of range, unused, or has a wrong checksum
     */
    Inode get(long number) throws IOException, CrossbuildException {
        volume.noteInode(number);
        long block = blockOf(number);
        ByteBuffer bytes = volume.table(block)
                .slice((int) (offsetInTable(number) % volume.blockSize()), superblock.inodeSize())
                .order(ByteOrder.LITTLE_ENDIAN);
        return Inode.parse(volume, number, block, bytes);
    }

    /** The block of an inode; throws like {@link #get} when the number is out of range. */
    long blockOf(long number) throws IOException, CrossbuildException {
        if (number > superblock.inodes() || (number < superblock.firstInode() && number != ROOT)) {
            throw volume.malformed(
                    -1,
                    "inode " + number + " (expected " + superblock.firstInode() + " to " + superblock.inodes() + ")");
        }
        long block =
                tableOfGroup((number - 1) / superblock.inodesPerGroup()) + offsetInTable(number) / volume.blockSize();
        volume.checkRange("inode table", block, 1, -1);
        return block;
    }

    private long offsetInTable(long number) {
        return (number - 1) % superblock.inodesPerGroup() * superblock.inodeSize();
    }

    private long tableOfGroup(long group) throws IOException, CrossbuildException {
        Long known = tables.get(group);
        if (known != null) {
            return known;
        }
        long table = readTableOfGroup(group);
        tables.put(group, table);
        return table;
    }

    private long readTableOfGroup(long group) throws IOException, CrossbuildException {
        int perBlock = volume.blockSize() / superblock.descriptorSize();
        long block = descriptorBlock(group / perBlock, perBlock);
        volume.checkRange("group descriptors", block, 1, -1);
        ByteBuffer descriptor = volume.table(block)
                .slice((int) (group % perBlock) * superblock.descriptorSize(), superblock.descriptorSize())
                .order(ByteOrder.LITTLE_ENDIAN);
        checkDescriptor(group, block, descriptor);
        long table = Integer.toUnsignedLong(descriptor.getInt(0x8));
        if (superblock.features().is64Bit()) {
            table |= Integer.toUnsignedLong(descriptor.getInt(0x28)) << 32;
        }
        volume.checkRange("inode table of group " + group, table, 1, block);
        return table;
    }

    /**
     * Where a block of descriptors is: after the superblock, or with meta_bg in the first of the groups that it
     * describes.
     */
    private long descriptorBlock(long index, int perBlock) {
        long superblockBlock = Superblock.OFFSET / volume.blockSize();
        if (!superblock.features().metaBlockGroups() || index < superblock.firstMetaBlockGroup()) {
            return superblockBlock + 1 + index;
        }
        long group = index * perBlock;
        long first = superblock.firstDataBlock() + group * superblock.blocksPerGroup();
        if (group == 0) {
            return superblockBlock + 1;
        }
        return first + (hasSuperblock(group) ? 1 : 0);
    }

    private boolean hasSuperblock(long group) {
        if (superblock.features().sparseSuper2()) {
            return group == superblock.backupGroup1() || group == superblock.backupGroup2();
        }
        if (group <= 1 || !superblock.features().sparseSuper()) {
            return true;
        }
        return isPower(group, 3) || isPower(group, 5) || isPower(group, 7);
    }

    private static boolean isPower(long number, int base) {
        long power = base;
        while (power < number) {
            power *= base;
        }
        return power == number;
    }

    private void checkDescriptor(long group, long block, ByteBuffer descriptor) throws MalformedInputException {
        int computed;
        if (superblock.features().metadataChecksums()) {
            computed = crc32c(group, descriptor) & 0xFFFF;
        } else if (superblock.features().groupChecksums()) {
            computed = crc16(group, descriptor);
        } else {
            return;
        }
        int stored = Short.toUnsignedInt(descriptor.getShort(DESCRIPTOR_CHECKSUM));
        if (stored != computed) {
            throw volume.malformed(
                    block, String.format("checksum 0x%04x of group %d (expected 0x%04x)", stored, group, computed));
        }
    }

    private int crc32c(long group, ByteBuffer descriptor) {
        int behind = DESCRIPTOR_CHECKSUM + 2;
        int crc = Crc32c.of(volume.checksumStart((int) group), descriptor, 0, DESCRIPTOR_CHECKSUM);
        crc = Crc32c.update(crc, ByteBuffer.allocate(2), 0, 2);
        return Crc32c.update(crc, descriptor, behind, descriptor.capacity() - behind);
    }

    private int crc16(long group, ByteBuffer descriptor) {
        int behind = DESCRIPTOR_CHECKSUM + 2;
        ByteBuffer number =
                ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(0, (int) group);
        int crc = Crc16.update(
                Crc16.START, superblock.uuid(), 0, superblock.uuid().capacity());
        crc = Crc16.update(crc, number, 0, number.capacity());
        crc = Crc16.update(crc, descriptor, 0, DESCRIPTOR_CHECKSUM);
        return Crc16.update(crc, descriptor, behind, descriptor.capacity() - behind);
    }
}
