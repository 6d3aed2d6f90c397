// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Moves and deletes files. Windows refuses that while another program has a file open, as scanners and indexers do for
 * a moment with each new one; there it is tried again, with growing pauses. All moves and deletions
 * are made here.
 */
public final class PatientFiles {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LONGEST_PAUSE_MILLIS = 500;

    private final boolean retries;
    private final Duration patience;

    PatientFiles(HostOs os, Duration patience) {
        this.retries = !os.movesOpenFiles();
        this.patience = patience;
    }

    private static PatientFiles ofHost() {
        return new PatientFiles(HostOs.current(), PATIENCE);
    }

    /** As {@link Files#move}. */
    public static void move(Path from, Path to, CopyOption... options) throws IOException {
        ofHost().change(from, to, false, () -> Files.move(from, to, options));
    }

    /** As {@link Files#delete}; a directory that is not empty is refused at once. */
    public static void delete(Path path) throws IOException {
        ofHost().change(path, null, false, () -> Files.delete(path));
    }

    /** As {@link Files#deleteIfExists}; a directory that is not empty is refused at once. */
    public static void deleteIfExists(Path path) throws IOException {
        ofHost().change(path, null, false, () -> Files.deleteIfExists(path));
    }

    /** For a directory whose content was deleted: Windows may still list it for a moment. */
    static void deleteEmptied(Path path, Change deletion) throws IOException {
        ofHost().change(path, null, true, deletion);
    }

    @FunctionalInterface
    interface Change {
        void run() throws IOException;
    }

    /**
     * Makes a change.
     *
     * @param to where a file is moved to; null when it is deleted
     * @param emptied whether a directory that is not empty is expected to become so
     * @throws HeldFileException when the host still refuses after the last attempt
     */
    void change(Path path, @Nullable Path to, boolean emptied, Change change) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        long pause = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                change.run();
                return;
            } catch (FileSystemException e) {
                if (!retries || !mayPass(e, to, emptied)) {
                    throw e;
                }
                if (System.nanoTime() > deadline) {
                    throw new HeldFileException(path, to, patience, e);
                }
                await(pause, e);
                pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS);
            }
        }
    }

    /**
     * ERROR_ACCESS_DENIED has an exception of its own; ERROR_SHARING_VIOLATION and others have the plain one, with a
     * text in the user's language (WindowsException of the JDK).
     */
    private static boolean mayPass(FileSystemException e, @Nullable Path to, boolean emptied) {
        if (e instanceof DirectoryNotEmptyException) {
            return emptied;
        }
        if (to != null && Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
            // Access is denied because of the directory in the way.
            return false;
        }
        return e instanceof AccessDeniedException
                || (e.getClass() == FileSystemException.class
                        && DiskTrouble.in(String.valueOf(e.getReason())).isEmpty());
    }

    private static void await(long millis, FileSystemException failure) throws FileSystemException {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failure;
        }
    }
}
