// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.MalformedInputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Data in the inode itself (feature inline_data): first the 60 bytes of the block map, then the value of the extended
 * attribute {@code system.data} (Documentation/filesystems/ext4/inlinedata.rst, attributes.rst).
 */
final class InlineData {
    private static final int ATTRIBUTES_MAGIC = 0xEA020000;
    private static final int SYSTEM_INDEX = 7;
    private static final String NAME = "data";
    private static final int ENTRY = 16;

    private InlineData() {}

    /** The content of a small file or link, with the length that its size says. */
    static ByteBuffer content(Inode inode) throws MalformedInputException {
        int most = inode.volume().blockSize();
        if (inode.sizeBytes() > most) {
            throw inode.malformed("inline data of " + inode.sizeBytes() + " bytes (expected at most " + most + ") of");
        }
        byte[] content = new byte[(int) inode.sizeBytes()];
        ByteBuffer first = inode.map();
        ByteBuffer second = attribute(inode);
        // A file that was extended beyond its stored bytes ends with zeros.
        int inFirst = Math.min(content.length, first.capacity());
        first.get(0, content, 0, inFirst);
        second.get(0, content, inFirst, Math.min(content.length - inFirst, second.capacity()));
        return ByteBuffer.wrap(content).order(inode.bytes().order());
    }

    /** The value of {@code system.data}; empty when there is none. */
    static ByteBuffer attribute(Inode inode) throws MalformedInputException {
        ByteBuffer bytes = inode.bytes();
        int header = inode.attributesOffset();
        if (header > bytes.capacity() - 4 || bytes.getInt(header) != ATTRIBUTES_MAGIC) {
            return ByteBuffer.allocate(0).order(bytes.order());
        }
        // Offsets of values are relative to the first entry.
        int first = header + 4;
        int at = first;
        while (at <= bytes.capacity() - 4 && bytes.getInt(at) != 0) {
            int nameLength = bytes.get(at) & 0xFF;
            if (at + ENTRY + nameLength > bytes.capacity()) {
                throw inode.malformed("extended attribute that does not fit into");
            }
            byte[] name = new byte[nameLength];
            bytes.get(at + ENTRY, name);
            if (bytes.get(at + 1) == SYSTEM_INDEX && new String(name, StandardCharsets.ISO_8859_1).equals(NAME)) {
                return value(inode, first, at);
            }
            at += ENTRY + (nameLength + 3) / 4 * 4;
        }
        return ByteBuffer.allocate(0).order(bytes.order());
    }

    private static ByteBuffer value(Inode inode, int first, int entry) throws MalformedInputException {
        ByteBuffer bytes = inode.bytes();
        long offset = first + Short.toUnsignedLong(bytes.getShort(entry + 2));
        long length = Integer.toUnsignedLong(bytes.getInt(entry + 8));
        if (bytes.getInt(entry + 4) != 0 || offset + length > bytes.capacity()) {
            throw inode.malformed("inline data outside of");
        }
        return bytes.slice((int) offset, (int) length).order(bytes.order());
    }
}
