// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostRequirementException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a disk of the host does not accept what is written to it, recognised by the system's own words: those of
 * strerror(3) and of Windows.
 */
public enum DiskTrouble {
    FULL("the host's disk is full"),
    QUOTA("the user's quota of the host's disk is used up"),
    READ_ONLY("the host's disk is read-only"),
    BROKEN("the host's disk failed");

    private final String words;

    DiskTrouble(String words) {
        this.words = words;
    }

    /** Such as "the host's disk is full". */
    public String words() {
        return words;
    }

    /** What to do about it where the disk is the one of the store. */
    public Advice adviceForStore() {
        return switch (this) {
            case FULL, QUOTA -> AdviceKey.STORE_FREE_SPACE.advice();
            case READ_ONLY -> AdviceKey.STORE_MOUNT_FOR_WRITING.advice();
            case BROKEN -> AdviceKey.STORE_CHECK_DISK.advice();
        };
    }

    /** What to do about it anywhere else. */
    public Advice advice() {
        return switch (this) {
            case FULL, QUOTA -> AdviceKey.FREE_SPACE.advice();
            case READ_ONLY -> AdviceKey.MOUNT_FOR_WRITING.advice();
            case BROKEN -> AdviceKey.CHECK_DISK.advice();
        };
    }

    /** What the system's words mean; empty when they are about something else. */
    public static Optional<DiskTrouble> in(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.contains("no space left") || lower.contains("not enough space") || lower.contains("disk full")) {
            return Optional.of(FULL);
        }
        if (lower.contains("quota")) {
            return Optional.of(QUOTA);
        }
        if (lower.contains("read-only file system")) {
            return Optional.of(READ_ONLY);
        }
        return lower.contains("input/output error") ? Optional.of(BROKEN) : Optional.empty();
    }

    /** The failure to write a file that is not in the store, with the path that many errors of a write lack. */
    public static HostRequirementException cannotWrite(Path file, IOException e) {
        String reason = reason(e);
        return new HostRequirementException(
                "Cannot write '" + file + "': " + reason,
                in(reason).map(DiskTrouble::advice).orElseGet(AdviceKey.CHECK_PERMISSION::advice),
                e);
    }

    /** What an error says, without the path at its start. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "no permission for '" + denied.getFile() + "'";
        }
        if (e instanceof HeldFileException held) {
            return "'" + held.getFile() + "': " + held.getReason();
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return "a part of the store is on another file system";
        }
        if (e instanceof NoSuchFileException missing && missing.getReason() == null) {
            return "'" + missing.getFile() + "' does not exist";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
