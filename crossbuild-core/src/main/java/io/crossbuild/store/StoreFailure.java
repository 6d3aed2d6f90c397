// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.ForeignDirectoryException;
import io.crossbuild.io.HeldFileException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Failures of the host's file system in the user's words. */
final class StoreFailure {
    private static final long SMALL_BYTES = 64L << 20;

    private StoreFailure() {}

    static HostRequirementException of(String what, Path path, IOException e) {
        return new HostRequirementException(what + " '" + path + "': " + DiskTrouble.reason(e), advice(path, e), e);
    }

    /** Whether the file system, or a directory's mode, allows no writing. */
    static boolean isReadOnly(IOException e) {
        return e instanceof AccessDeniedException
                || DiskTrouble.in(DiskTrouble.reason(e))
                        .filter(trouble -> trouble == DiskTrouble.READ_ONLY)
                        .isPresent();
    }

    private static Advice advice(Path path, IOException e) {
        if (e instanceof AccessDeniedException) {
            return AdviceKey.STORE_GIVE_PERMISSION.advice();
        }
        if (e instanceof HeldFileException) {
            return AdviceKey.STORE_EXCLUDE_FROM_SCANNERS.advice();
        }
        if (e instanceof AtomicMoveNotSupportedException) {
            return AdviceKey.STORE_ONE_FILE_SYSTEM.advice();
        }
        if (e instanceof ForeignDirectoryException) {
            return AdviceKey.STORE_OTHER_USER.advice();
        }
        Optional<DiskTrouble> trouble = DiskTrouble.in(DiskTrouble.reason(e));
        if (trouble.isPresent()) {
            return trouble.get().adviceForStore();
        }
        if (isAlmostFull(path)) {
            return AdviceKey.STORE_FREE_SPACE.advice();
        }
        return AdviceKey.STORE_CHECK_PERMISSION.advice();
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
