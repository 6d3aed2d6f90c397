// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.HostRequirementException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Failures of the host's file system in the user's words. */
final class StoreFailure {
    private static final long SMALL_BYTES = 64L << 20;

    private StoreFailure() {}

    static HostRequirementException of(String what, Path path, IOException e) {
        return new HostRequirementException(what + " '" + path + "': " + reason(e), hint(path, e), e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException denied) {
            return "no permission for '" + denied.getFile() + "'";
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return "a part of the store is on another file system";
        }
        if (e instanceof FileSystemException f && f.getReason() != null) {
            return f.getReason();
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    private static @Nullable String hint(Path path, IOException e) {
        if (e instanceof AccessDeniedException) {
            return "Give your user write permission there, or set crossbuild.home to a directory of yours";
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return "Keep the whole store on one file system: set crossbuild.home to it";
        }
        String reason = reason(e).toLowerCase(Locale.ROOT);
        if (reason.contains("no space")
                || reason.contains("not enough space")
                || reason.contains("quota")
                || isAlmostFull(path)) {
            return "Free some disk space, or set crossbuild.home to a larger disk";
        }
        return "Check that the directory can be written, or set crossbuild.home to another one";
    }

    private static boolean isAlmostFull(Path path) {
        Path at = path;
        while (at != null && !Files.exists(at)) {
            at = at.getParent();
        }
        try {
            return at != null && Files.getFileStore(at).getUsableSpace() < SMALL_BYTES;
        } catch (IOException e) {
            return false;
        }
    }
}
