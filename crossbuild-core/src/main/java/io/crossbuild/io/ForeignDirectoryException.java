// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** A directory that belongs to another user of the host. */
public final class ForeignDirectoryException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    ForeignDirectoryException(Path directory, String owner) {
        super(directory.toString(), null, "it belongs to user '" + owner + "' (expected the user who runs the build)");
    }
}
