// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
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

    /** What to do when the store has no room. */
    public static final String STORE_HINT = "Free some disk space, remove with crossbuild:prune what no build needs,"
            + " or set crossbuild.home to a larger disk";

    private final String words;

    DiskTrouble(String words) {
        this.words = words;
    }

    /** Such as "the host's disk is full". */
    public String words() {
        return words;
    }

    /** What to do about it if it is the store's disk. */
    public String hintForStore() {
        return switch (this) {
            case FULL, QUOTA -> STORE_HINT;
            case READ_ONLY -> "Mount it for writing, or set crossbuild.home to another disk";
            case BROKEN -> "Look into the host's kernel log for the disk, or set crossbuild.home to another one";
        };
    }

    /** What to do about it anywhere else. */
    public String hint() {
        return switch (this) {
            case FULL, QUOTA -> "Free some disk space there";
            case READ_ONLY -> "Mount it for writing";
            case BROKEN -> "Look into the host's kernel log for the disk";
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

    /** What an error says, without the path at its start. */
    public static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "no permission for '" + denied.getFile() + "'";
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
