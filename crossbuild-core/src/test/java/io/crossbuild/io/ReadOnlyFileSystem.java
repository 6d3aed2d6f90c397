// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/** The host's file system, but mounted read-only. */
public final class ReadOnlyFileSystem extends RefusingFileSystem {
    public ReadOnlyFileSystem(Path anyRealPath) {
        super(anyRealPath, 0);
    }

    @Override
    void beforeWriting(Path real) throws FileSystemException {
        throw new FileSystemException(real.toString(), null, "Read-only file system");
    }
}
