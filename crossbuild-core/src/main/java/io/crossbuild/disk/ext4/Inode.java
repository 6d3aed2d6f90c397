// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileType;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * An inode (Documentation/filesystems/ext4/inodes.rst), checked against its checksum.
 *
 * @param block the block that holds it, for messages
 * @param bytes little-endian, shared, for absolute reads only
 */
record Inode(Volume volume, long number, long block, FileType type, ByteBuffer bytes) {
    /** The length of the area for the block map, a short link or the beginning of inline data. */
    static final int MAP_LENGTH = 60;

    /** The length in every revision; i_extra_isize is the length of the rest. */
    static final int OLD_LENGTH = 128;

    private static final int MAP = 0x28;
    private static final int ACCESSED = 0x8;
    private static final int CHECKSUM_LOW = 0x7C;
    private static final int CHECKSUM_HIGH = 0x82;
    private static final int MODIFIED_EXTRA = 0x88;
    private static final int ACCESSED_EXTRA = 0x8C;
    private static final int CREATED = 0x90;
    private static final int CREATED_EXTRA = 0x94;

    private static final int FLAG_ENCRYPTED = 0x800;
    private static final int FLAG_INDEX = 0x1000;
    private static final int FLAG_EXTENTS = 0x80000;
    private static final int FLAG_INLINE = 0x10000000;

    static Inode parse(Volume volume, long number, long block, ByteBuffer bytes) throws MalformedInputException {
        int mode = Short.toUnsignedInt(bytes.getShort(0));
        FileType type = FileType.ofMode(mode).orElse(null);
        if (type == null) {
            throw volume.malformed(
                    block, "mode 0" + Integer.toOctalString(mode) + " of inode " + number + " (expected a file type)");
        }
        Inode inode = new Inode(volume, number, block, type, bytes);
        inode.check();
        return inode;
    }

    private void check() throws MalformedInputException {
        int extra = extraLength();
        if (extra % 4 != 0 || OLD_LENGTH + extra > bytes.capacity()) {
            throw malformed("extra size " + extra + " of");
        }
        if (volume.features().metadataChecksums()) {
            checkChecksum();
        }
        if (links() == 0) {
            throw malformed("a name for the deleted");
        }
        if (sizeBytes() < 0) {
            throw malformed("size " + Long.toUnsignedString(sizeBytes()) + " of");
        }
    }

    private void checkChecksum() throws MalformedInputException {
        boolean wide = fits(CHECKSUM_HIGH, 2);
        ByteBuffer copy = withoutChecksum();
        int stored = Short.toUnsignedInt(bytes.getShort(CHECKSUM_LOW));
        if (wide) {
            stored |= Short.toUnsignedInt(bytes.getShort(CHECKSUM_HIGH)) << 16;
        }
        int computed = Crc32c.of(checksumStart(), copy, 0, copy.capacity());
        if (!wide) {
            computed &= 0xFFFF;
        }
        if (stored != computed) {
            throw malformed(String.format("checksum 0x%08x (expected 0x%08x) of", stored, computed));
        }
    }

    private ByteBuffer withoutChecksum() {
        ByteBuffer copy = ByteBuffer.allocate(bytes.capacity()).put(0, bytes, 0, bytes.capacity());
        copy.putShort(CHECKSUM_LOW, (short) 0);
        if (fits(CHECKSUM_HIGH, 2)) {
            copy.putShort(CHECKSUM_HIGH, (short) 0);
        }
        return copy;
    }

    /** A copy without the access time, and without the checksum, which depends on the access time. */
    ByteBuffer withoutAccessTime() {
        ByteBuffer copy = withoutChecksum().putInt(ACCESSED, 0);
        if (fits(ACCESSED_EXTRA, 4)) {
            copy.putInt(ACCESSED_EXTRA, 0);
        }
        return copy;
    }

    /** The beginning of the checksums of this file's metadata. */
    byte[] checksumStart() {
        return volume.checksumStart((int) number, bytes.getInt(0x64));
    }

    int permissions() {
        return bytes.getShort(0) & 07777;
    }

    long uid() {
        return u16(0x2) | (u16(0x78) << 16);
    }

    long gid() {
        return u16(0x18) | (u16(0x7A) << 16);
    }

    int links() {
        return (int) u16(0x1A);
    }

    long sizeBytes() {
        boolean wide = type == FileType.REGULAR
                || (type == FileType.DIRECTORY && volume.features().largeDirectories());
        return u32(0x4) | (wide ? u32(0x6C) << 32 : 0);
    }

    Instant modified() {
        return time(0x10, MODIFIED_EXTRA);
    }

    Instant accessed() {
        return time(ACCESSED, ACCESSED_EXTRA);
    }

    /** Whether the time of access has nanoseconds, and not only seconds. */
    boolean hasPreciseAccessTime() {
        return fits(ACCESSED_EXTRA, 4);
    }

    /** When the file was made; empty in an inode without room for that. */
    Optional<Instant> created() {
        return fits(CREATED_EXTRA, 4) ? Optional.of(time(CREATED, CREATED_EXTRA)) : Optional.empty();
    }

    /** Seconds before 2038 are signed; two more bits and the nanoseconds are in the extra part. */
    private Instant time(int at, int atExtra) {
        long seconds = bytes.getInt(at);
        if (!fits(atExtra, 4)) {
            return Instant.ofEpochSecond(seconds);
        }
        int extra = bytes.getInt(atExtra);
        return Instant.ofEpochSecond(seconds + ((extra & 3L) << 32), extra >>> 2);
    }

    boolean isIndexed() {
        return volume.features().dirIndex() && hasFlag(FLAG_INDEX);
    }

    boolean hasExtents() {
        return hasFlag(FLAG_EXTENTS);
    }

    boolean isInline() {
        return hasFlag(FLAG_INLINE);
    }

    void checkReadable() throws CrossbuildException {
        if (hasFlag(FLAG_ENCRYPTED)) {
            throw Features.unsupported(volume.device().name(), "inode " + number + " is encrypted", null);
        }
    }

    /** The block map, a short link, or the beginning of inline data. */
    ByteBuffer map() {
        return bytes.slice(MAP, MAP_LENGTH).order(bytes.order());
    }

    /** Where the extended attributes in the inode begin; the inode's end when there is no room for any. */
    int attributesOffset() {
        return Math.min(OLD_LENGTH + extraLength(), bytes.capacity());
    }

    MalformedInputException malformed(String problem) {
        return volume.malformed(block, problem + " inode " + number);
    }

    private int extraLength() {
        return bytes.capacity() > OLD_LENGTH ? (int) u16(OLD_LENGTH) : 0;
    }

    private boolean fits(int offset, int length) {
        return offset + length <= OLD_LENGTH + extraLength() && offset + length <= bytes.capacity();
    }

    private boolean hasFlag(int flag) {
        return (bytes.getInt(0x20) & flag) != 0;
    }

    private long u16(int offset) {
        return Short.toUnsignedLong(bytes.getShort(offset));
    }

    private long u32(int offset) {
        return Integer.toUnsignedLong(bytes.getInt(offset));
    }
}
