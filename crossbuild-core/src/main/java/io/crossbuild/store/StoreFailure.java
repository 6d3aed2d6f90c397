// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.HostRequirementException;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.ForeignDirectoryException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Failures of the host's file system in the user's words. */
final class StoreFailure {
    private static final long SMALL_BYTES = 64L << 20;

    private StoreFailure() {}

    static HostRequirementException of(String what, Path path, IOException e) {
        return new HostRequirementException(what + " '" + path + "': " + DiskTrouble.reason(e), hint(path, e), e);
    }

    private static @Nullable String hint(Path path, IOException e) {
        if (e instanceof AccessDeniedException) {
            return "Give your user write permission there, or set crossbuild.home to a directory of yours";
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return "Keep the whole store on one file system: set crossbuild.home to it";
        }
        if (e instanceof ForeignDirectoryException) {
            return "Run the build as that user, or set crossbuild.home to a directory of yours";
        }
        Optional<DiskTrouble> trouble = DiskTrouble.in(DiskTrouble.reason(e));
        if (trouble.isPresent()) {
            return trouble.get().hintForStore();
        }
        if (isAlmostFull(path)) {
            return DiskTrouble.STORE_HINT;
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
