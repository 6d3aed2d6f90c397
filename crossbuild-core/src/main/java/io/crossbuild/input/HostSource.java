// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.tree.HostNames;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A host path as the user wrote it, byte for byte in any locale. */
final class HostSource {
    private static final boolean WINDOWS =
            Path.of("").getFileSystem().getSeparator().equals("\\");

    private HostSource() {}

    /** @throws NoSuchFileException when no file can have that name */
    static Path path(Path directory, String text) throws NoSuchFileException {
        if (WINDOWS) {
            try {
                return directory.resolve(text);
            } catch (InvalidPathException e) {
                throw new NoSuchFileException(text);
            }
        }
        Path at = text.startsWith("/") ? Path.of("/") : directory;
        for (String name : text.split("/")) {
            if (name.equals("..")) {
                at = at.resolve(name);
            } else if (!name.isEmpty() && !name.equals(".")) {
                at = HostNames.resolve(at, name).orElseThrow(() -> new NoSuchFileException(text));
            }
        }
        return at;
    }

    /** The last name in a path; empty if it is ".", ".." or the root. */
    static String lastName(String text) {
        String stripped = (WINDOWS ? text.replace('\\', '/') : text).replaceFirst("/+$", "");
        String name = stripped.substring(stripped.lastIndexOf('/') + 1);
        return name.equals(".") || name.equals("..") ? "" : name;
    }
}
