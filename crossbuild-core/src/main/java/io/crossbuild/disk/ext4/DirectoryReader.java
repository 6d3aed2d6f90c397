// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.NameCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one directory (Documentation/filesystems/ext4/directory.rst). In a sequential read, the blocks of a hash tree
 * look like unused entries; this reader uses that.
 */
final class DirectoryReader {
    /** Far more than any directory of a distribution has, and no more memory than a build can spare. */
    static final int MAX_ENTRIES = 250_000;

    static final long MAX_BYTES = 64 << 20;

    private static final int ENTRY_HEADER = 8;
    private static final int SHORTEST_ENTRY = 12;
    private static final int LONGEST_NAME = 255;
    private static final int LARGEST_BLOCK = 1 << 16;

    private final Inode inode;
    private final Volume volume;
    private final List<Directory.Name> names = new ArrayList<>();
    private long parent = -1;

    private DirectoryReader(Inode inode) {
        this.inode = inode;
        this.volume = inode.volume();
    }

    static Directory read(Inode inode) throws IOException, CrossbuildException {
        inode.checkReadable();
        DirectoryReader reader = new DirectoryReader(inode);
        if (inode.isInline()) {
            reader.readInline();
        } else {
            reader.readBlocks();
        }
        Directory directory = Directory.of(reader.parent, reader.names);
        for (int i = 1; i < directory.size(); i++) {
            if (directory.name(i).equals(directory.name(i - 1))) {
                throw reader.malformed(inode.block(), "'" + directory.name(i) + "' twice (expected once)");
            }
        }
        return directory;
    }

    /** The inode that ".." names: the parent that {@link #read} returns, but reads only the first block. */
    static long parentOf(Inode inode) throws IOException, CrossbuildException {
        inode.checkReadable();
        DirectoryReader reader = new DirectoryReader(inode);
        if (inode.isInline()) {
            return reader.inlineParent();
        }
        BlockMap map = reader.checkedMap();
        reader.readBlock(map.at(0).physical(), 0);
        return reader.parent;
    }

    private long inlineParent() {
        return Integer.toUnsignedLong(inode.map().getInt(0));
    }

    private void readInline() throws MalformedInputException {
        // "." is not stored, and for ".." only the number is.
        parent = inlineParent();
        ByteBuffer map = inode.map();
        readEntries(map.slice(4, map.capacity() - 4).order(map.order()), inode.block(), false);
        readEntries(InlineData.attribute(inode), inode.block(), false);
    }

    private BlockMap checkedMap() throws CrossbuildException {
        long size = inode.sizeBytes();
        if (size == 0 || size % volume.blockSize() != 0) {
            throw malformed(
                    inode.block(), size + " bytes (expected a multiple of the block size " + volume.blockSize() + ")");
        }
        if (size > MAX_BYTES) {
            throw tooLarge(size + " bytes (expected at most " + MAX_BYTES + ")");
        }
        return BlockMap.of(inode);
    }

    private void readBlocks() throws IOException, CrossbuildException {
        BlockMap map = checkedMap();
        long blocks = inode.sizeBytes() / volume.blockSize();
        long logical = 0;
        while (logical < blocks) {
            BlockMap.Run run = map.at(logical);
            long length = Math.min(run.length(), blocks - logical);
            for (long i = 0; i < length; i++) {
                readBlock(run.isHole() ? BlockMap.Run.HOLE : run.physical() + i, logical + i);
            }
            logical += length;
        }
    }

    private void readBlock(long block, long logical) throws IOException, CrossbuildException {
        if (block == BlockMap.Run.HOLE) {
            throw malformed(inode.block(), "block " + logical + " is a hole (expected entries)");
        }
        ByteBuffer bytes = volume.block(block);
        if (volume.features().metadataChecksums()) {
            new DirectoryChecksum(inode, bytes, block).check(logical);
        }
        readEntries(bytes, block, logical == 0);
    }

    private void readEntries(ByteBuffer bytes, long block, boolean first) throws MalformedInputException {
        int at = 0;
        int index = 0;
        while (at < bytes.capacity()) {
            if (bytes.capacity() - at < ENTRY_HEADER) {
                throw malformed(block, "an entry of " + (bytes.capacity() - at) + " bytes (expected at least 8)");
            }
            long number = Integer.toUnsignedLong(bytes.getInt(at));
            int length = recordLength(bytes.getShort(at + 4), bytes.capacity());
            int nameLength = volume.features().fileType()
                    ? bytes.get(at + 6) & 0xFF
                    : Short.toUnsignedInt(bytes.getShort(at + 6));
            int least = number == 0 ? ENTRY_HEADER : Math.max(SHORTEST_ENTRY, ENTRY_HEADER + nameLength);
            if (length < least || length % 4 != 0 || length > bytes.capacity() - at) {
                throw malformed(
                        block,
                        "entry of " + length + " bytes at " + at + " (expected a multiple of 4 from " + least + " to "
                                + (bytes.capacity() - at) + ")");
            }
            if (number != 0) {
                byte[] name = new byte[nameLength];
                bytes.get(at + ENTRY_HEADER, name);
                add(block, number, name, first ? index : 2);
            }
            at += length;
            index++;
        }
        if (first && (index < 2 || parent < 0)) {
            throw malformed(block, "no '.' and '..' in the first block");
        }
    }

    /** @param index 0 and 1 where "." and ".." must be, 2 where they must not be */
    private void add(long block, long number, byte[] bytes, int index) throws MalformedInputException {
        String name = NameCodec.decode(bytes);
        String wanted = index == 0 ? "." : index == 1 ? ".." : null;
        boolean dots = name.equals(".") || name.equals("..");
        if (wanted == null ? dots : !name.equals(wanted)) {
            throw malformed(block, "'" + name + "' as entry " + index + " (expected '.', '..', then other names)");
        }
        if (name.equals(".") && number != inode.number()) {
            throw malformed(block, "'.' is inode " + number);
        }
        if (name.equals("..")) {
            parent = number;
        }
        if (dots) {
            return;
        }
        if (name.isEmpty() || bytes.length > LONGEST_NAME || name.indexOf('/') >= 0 || name.indexOf('\0') >= 0) {
            throw malformed(
                    block, "name '" + name.replace('\0', '?') + "' (expected 1 to 255 bytes without '/' and NUL)");
        }
        if (names.size() == MAX_ENTRIES) {
            throw tooLarge("too many entries (expected at most " + MAX_ENTRIES + ")");
        }
        names.add(new Directory.Name(name, number));
    }

    /** In blocks of 64 KiB the whole block's length does not fit in 16 bits (ext4_rec_len_from_disk of the kernel). */
    private static int recordLength(short stored, int capacity) {
        int length = Short.toUnsignedInt(stored);
        boolean whole = length == 0 || length == 0xFFFF;
        return whole && capacity == LARGEST_BLOCK ? LARGEST_BLOCK : length;
    }

    private MalformedInputException malformed(long block, String problem) {
        return volume.malformed(block, "directory inode " + inode.number() + ": " + problem);
    }

    private MalformedInputException tooLarge(String problem) {
        return malformed(inode.block(), problem);
    }
}
