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

/**
 * Writes files so that a reader, even after a power failure, sees either the old content or the complete new content.
 */
public final class AtomicFile {
    private static final String TEMPORARY = ".tmp-";

    private AtomicFile() {}

    /** Writes the content of a file. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    public static void write(Path target, byte[] content) throws IOException {
        write(target, out -> out.write(content));
    }

    /** Writes a new file next to the target, flushes it to the disk and moves it to the target's place. */
    public static void write(Path target, Content content) throws IOException {
        Path directory = target.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IOException("'" + target + "' is not a path of a file");
        }
        Leftovers.sweep(directory, TEMPORARY);
        Path temporary = directory.resolve(TEMPORARY + UUID.randomUUID());
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
            PatientFiles.deleteIfExists(temporary);
        }
    }

    /**
     * Moves a file or a directory within one file system; a file at the target is replaced.
     *
     * @throws AtomicMoveNotSupportedException when the target is in another file system
     */
    public static void move(Path from, Path target) throws IOException {
        PatientFiles.move(from, target, StandardCopyOption.ATOMIC_MOVE);
        Path directory = target.toAbsolutePath().getParent();
        if (directory != null) {
            sync(directory);
        }
    }

    /** Flushes a file's content, or where the host can a directory's entries, to the disk. */
    public static void sync(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            // Not every system can open a directory, and those that cannot do not need this.
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            } catch (IOException e) {
                return;
            }
            return;
        }
        // Windows flushes only files that are open for writing, other systems any file.
        StandardOpenOption access = Files.isWritable(path) ? StandardOpenOption.WRITE : StandardOpenOption.READ;
        try (FileChannel channel = FileChannel.open(path, access)) {
            channel.force(true);
        }
    }
}
