// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A file that the host refuses to move or to delete, most likely because another program has it open. */
public final class HeldFileException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    HeldFileException(Path file, @Nullable Path other, Duration tried, FileSystemException cause) {
        super(
                file.toString(),
                other == null ? null : other.toString(),
                "another program has it open, or there is no permission (tried for " + tried.toSeconds() + " s)");
        initCause(cause);
    }
}
