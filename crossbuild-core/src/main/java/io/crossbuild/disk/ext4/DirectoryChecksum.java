// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.MalformedInputException;
import java.nio.ByteBuffer;

/**
 * The checksum of a directory block: a fake entry at the end of a block of entries, or a tail after the table in a
 * block of the hash tree (the kernel's ext4_dirblock_csum_verify and ext4_dx_csum_verify in fs/ext4/namei.c).
 */
final class DirectoryChecksum {
    private static final int TAIL_LENGTH = 12;
    private static final int TAIL_TYPE = 0xDE;
    private static final int ROOT_TABLE = 32;
    private static final int NODE_TABLE = 8;
    private static final int TABLE_ENTRY = 8;

    private final Inode inode;
    private final ByteBuffer bytes;
    private final long block;

    DirectoryChecksum(Inode inode, ByteBuffer bytes, long block) {
        this.inode = inode;
        this.bytes = bytes;
        this.block = block;
    }

    void check(long logical) throws MalformedInputException {
        int size = bytes.capacity();
        int firstLength = Short.toUnsignedInt(bytes.getShort(4));
        boolean whole = firstLength == (size & 0xFFFF) || (size == 1 << 16 && firstLength == 0xFFFF);
        if (inode.isIndexed() && logical == 0) {
            checkTable(ROOT_TABLE);
        } else if (inode.isIndexed() && whole) {
            checkTable(NODE_TABLE);
        } else {
            checkEntries();
        }
    }

    private void checkEntries() throws MalformedInputException {
        int tail = bytes.capacity() - TAIL_LENGTH;
        if (bytes.getInt(tail) != 0
                || bytes.getShort(tail + 4) != TAIL_LENGTH
                || bytes.get(tail + 6) != 0
                || (bytes.get(tail + 7) & 0xFF) != TAIL_TYPE) {
            throw malformed("no checksum at the end of the block");
        }
        compare(bytes.getInt(tail + 8), Crc32c.of(inode.checksumStart(), bytes, 0, tail));
    }

    private void checkTable(int table) throws MalformedInputException {
        int limit = Short.toUnsignedInt(bytes.getShort(table));
        int count = Short.toUnsignedInt(bytes.getShort(table + 2));
        int tail = table + limit * TABLE_ENTRY;
        if (count > limit || tail > bytes.capacity() - 8) {
            throw malformed("hash table of " + count + " entries with room for " + limit);
        }
        int crc = Crc32c.of(inode.checksumStart(), bytes, 0, table + count * TABLE_ENTRY);
        crc = Crc32c.update(crc, bytes, tail, 4);
        compare(bytes.getInt(tail + 4), Crc32c.update(crc, ByteBuffer.allocate(4), 0, 4));
    }

    private void compare(int stored, int computed) throws MalformedInputException {
        if (stored != computed) {
            throw malformed(String.format("checksum 0x%08x (expected 0x%08x)", stored, computed));
        }
    }

    private MalformedInputException malformed(String problem) {
        return inode.volume().malformed(block, "directory inode " + inode.number() + ": " + problem);
    }
}
