// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a file system knows about a file without reading it. A file with the same stamp has not been written, replaced,
 * renamed or given other permissions since: each of these changes the inode or its change time (inode(7)), which no
 * program can set back. For a directory only type and permissions count, since others may add files to it.
 *
 * @param mode {@code st_mode}; only the type on a host without modes
 * @param inode 0 on a host without inodes
 * @param modified nanoseconds since the epoch
 * @param changed likewise; 0 on a host that does not record it
 */
public record FileStamp(int mode, long inode, long sizeBytes, long modified, long changed) {
    private static final int TYPE_MASK = 0xF000;
    private static final int DIRECTORY = 0x4000;
    private static final int REGULAR = 0x8000;
    private static final int SYMLINK = 0xA000;
    private static final String UNIX = "unix:mode,ino,size,lastModifiedTime,ctime";

    /**
     * The stamp of the file at a path, without following links; empty when there is none, or when it is in a directory
     * that this user cannot search, such as one of mode 0600.
     */
    public static Optional<FileStamp> of(Path path) throws IOException {
        try {
            return Optional.of(
                    path.getFileSystem().supportedFileAttributeViews().contains("unix") ? unix(path) : basic(path));
        } catch (NoSuchFileException | AccessDeniedException e) {
            return Optional.empty();
        }
    }

    private static FileStamp unix(Path path) throws IOException {
        Map<String, Object> all = Files.readAttributes(path, UNIX, LinkOption.NOFOLLOW_LINKS);
        return of(
                value(all, "mode", Integer.class),
                value(all, "ino", Long.class),
                value(all, "size", Long.class),
                nanos(value(all, "lastModifiedTime", FileTime.class)),
                nanos(value(all, "ctime", FileTime.class)));
    }

    private static <T> T value(Map<String, Object> all, String name, Class<T> type) {
        return type.cast(Objects.requireNonNull(all.get(name)));
    }

    private static FileStamp basic(Path path) throws IOException {
        BasicFileAttributes all = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        int mode = all.isDirectory() ? DIRECTORY : all.isRegularFile() ? REGULAR : all.isSymbolicLink() ? SYMLINK : 0;
        return of(mode, 0, all.size(), nanos(all.lastModifiedTime()), 0);
    }

    private static FileStamp of(int mode, long inode, long sizeBytes, long modified, long changed) {
        return (mode & TYPE_MASK) == DIRECTORY
                ? new FileStamp(mode, 0, 0, 0, 0)
                : new FileStamp(mode, inode, sizeBytes, modified, changed);
    }

    private static long nanos(FileTime time) {
        return time.to(TimeUnit.NANOSECONDS);
    }

    /** Same as equals; a record's own one costs a cold JVM as much time as comparing a thousand stamps. */
    public boolean isSameAs(FileStamp other) {
        return mode == other.mode
                && inode == other.inode
                && sizeBytes == other.sizeBytes
                && modified == other.modified
                && changed == other.changed;
    }

    /** Writes 36 bytes, each number big-endian. */
    public void writeTo(DataOutputStream out) throws IOException {
        out.writeInt(mode);
        out.writeLong(inode);
        out.writeLong(sizeBytes);
        out.writeLong(modified);
        out.writeLong(changed);
    }

    /** Reads what {@link #writeTo} wrote; throws {@link java.io.EOFException} if the input is too short. */
    public static FileStamp readFrom(DataInputStream in) throws IOException {
        return new FileStamp(in.readInt(), in.readLong(), in.readLong(), in.readLong(), in.readLong());
    }
}
