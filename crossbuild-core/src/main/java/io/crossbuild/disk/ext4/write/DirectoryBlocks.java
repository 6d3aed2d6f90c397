// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import io.crossbuild.tree.FileType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The blocks of a linear directory (the kernel's Documentation/filesystems/ext4/directory.rst). */
final class DirectoryBlocks {
    private static final int HEAD = 8;
    private static final byte[] SELF = {'.'};
    private static final byte[] PARENT = {'.', '.'};

    private DirectoryBlocks() {}

    /** The number of blocks. */
    static int count(List<NewInode.Child> children) {
        int blocks = 1;
        int used = length(SELF) + length(PARENT);
        for (NewInode.Child child : children) {
            int length = length(child.name());
            if (used + length > Geometry.BLOCK) {
                blocks++;
                used = 0;
            }
            used += length;
        }
        return blocks;
    }

    /** The content of all blocks. */
    static ByteBuffer of(NewInode directory) {
        ByteBuffer bytes = ByteBuffer.allocate(count(directory.children()) * Geometry.BLOCK)
                .order(ByteOrder.LITTLE_ENDIAN);
        int last = add(bytes, -1, SELF, directory.number(), FileType.DIRECTORY);
        last = add(bytes, last, PARENT, directory.parent(), FileType.DIRECTORY);
        for (NewInode.Child child : directory.children()) {
            last = add(
                    bytes,
                    last,
                    child.name(),
                    child.inode().number(),
                    child.inode().node().type());
        }
        stretch(bytes, last);
        return bytes.clear();
    }

    private static int length(byte[] name) {
        return (HEAD + name.length + 3) / 4 * 4;
    }

    /** Returns the offset of the new entry. */
    private static int add(ByteBuffer bytes, int last, byte[] name, int inode, FileType type) {
        int length = length(name);
        if (bytes.position() % Geometry.BLOCK + length > Geometry.BLOCK) {
            stretch(bytes, last);
        }
        int at = bytes.position();
        bytes.putInt(inode)
                .putShort((short) length)
                .put((byte) name.length)
                .put(code(type))
                .put(name);
        bytes.position(at + length);
        return at;
    }

    /** The last entry of a block reaches to its end. */
    private static void stretch(ByteBuffer bytes, int last) {
        int end = last / Geometry.BLOCK * Geometry.BLOCK + Geometry.BLOCK;
        bytes.putShort(last + 4, (short) (end - last));
        bytes.position(end);
    }

    private static byte code(FileType type) {
        return switch (type) {
            case REGULAR -> 1;
            case DIRECTORY -> 2;
            case CHARACTER_DEVICE -> 3;
            case BLOCK_DEVICE -> 4;
            case FIFO -> 5;
            case SOCKET -> 6;
            case SYMLINK -> 7;
        };
    }
}
