// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/** Writes files so that a reader, or a machine that loses power, sees the old content or the whole new one. */
public final class AtomicFile {
    private AtomicFile() {}

    /** What a file is to hold. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    public static void write(Path target, byte[] content) throws IOException {
        write(target, out -> out.write(content));
    }

    /** Writes a new file beside the target, brings it to the disk and moves it to the target's place. */
    public static void write(Path target, Content content) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("'" + target + "' is no place for a file");
        }
        Path temporary = directory.resolve(".tmp-" + UUID.randomUUID());
        try {
            try (FileChannel channel =
                    FileChannel.open(temporary, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel));
                content.writeTo(out);
                out.flush();
                channel.force(true);
            }
            move(temporary, target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Moves a file or a directory within one file system; a file at the target is replaced.
     *
     * @throws AtomicMoveNotSupportedException when the target is in another file system
     */
    public static void move(Path from, Path target) throws IOException {
        Files.move(from, target, StandardCopyOption.ATOMIC_MOVE);
        Path directory = target.toAbsolutePath().getParent();
        if (directory != null) {
            sync(directory);
        }
    }

    /** Brings a file's content, or a directory's entries where the host can, to the disk. */
    public static void sync(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            // Not every system opens a directory, and none of those needs this.
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (IOException e) {
                return;
            }
            return;
        }
        // Windows flushes what is open for writing only, others anything.
        StandardOpenOption access = Files.isWritable(path) ? StandardOpenOption.WRITE : StandardOpenOption.READ;
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        }
    }
}
