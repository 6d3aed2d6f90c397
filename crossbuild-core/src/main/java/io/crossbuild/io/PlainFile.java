// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Writes files in directories that others may have filled, such as those of a repository: a symbolic link in the place
 * of a file is replaced, and never followed to a file elsewhere.
 */
public final class PlainFile {
    private PlainFile() {}

    /** Opens a file for writing: a new one, or the present one without its content. */
    public static OutputStream open(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            PatientFiles.delete(file);
        }
        return Files.newOutputStream(
                file,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE,
                LinkOption.NOFOLLOW_LINKS);
    }

    /** Writes a whole file. */
    public static void write(Path file, byte[] content) throws IOException {
        try (OutputStream out = open(file)) {
            out.write(content);
        }
    }
}
