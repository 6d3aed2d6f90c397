// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/** Which paths lead to the same directory, with any spelling or links, whether or not it exists yet. */
final class RealPaths {
    /** Whether the file system of an existing or future directory distinguishes {@code A} from {@code a}. */
    @FunctionalInterface
    interface CaseRule {
        boolean distinguishes(Path directory) throws IOException;
    }

    private final CaseRule rule;

    RealPaths(CaseRule rule) {
        this.rule = rule;
    }

    /** As the host has it. */
    static RealPaths ofHost() {
        return new RealPaths(RealPaths::tryOut);
    }

    /** Tries it in the place of the directory, and leaves nothing. */
    private static boolean tryOut(Path directory) throws IOException {
        Path existing = directory.toAbsolutePath().normalize();
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        Path probe = Files.createTempDirectory(existing, ".crossbuild-probe");
        try {
            String other = probe.getFileName().toString().toUpperCase(Locale.ROOT);
            return !Files.exists(probe.resolveSibling(other), LinkOption.NOFOLLOW_LINKS);
        } finally {
            Files.delete(probe);
        }
    }

    /** The path without links and in the file system's spelling, as far as it exists. */
    static Path of(Path path) {
        return real(path.toAbsolutePath().normalize());
    }

    private static Path real(Path absolute) {
        try {
            return absolute.toRealPath();
        } catch (IOException e) {
            // Missing or not accessible: its parent may be accessible.
            Path parent = absolute.getParent();
            return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
        }
    }

    /** Whether a real path is equal to another one or below it. */
    boolean isSameOrInside(Path path, Path other) {
        if (path.startsWith(other)) {
            return true;
        }
        // Only then is the file system tried.
        return folded(path).startsWith(folded(other)) && !distinguishesCase(other);
    }

    private boolean distinguishesCase(Path directory) {
        try {
            return rule.distinguishes(directory);
        } catch (IOException e) {
            // No execution can extract to a directory that is not writable.
            return true;
        }
    }

    private static Path folded(Path path) {
        return path.getFileSystem().getPath(path.toString().toLowerCase(Locale.ROOT));
    }
}
