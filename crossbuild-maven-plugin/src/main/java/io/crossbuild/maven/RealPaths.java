// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;

/** Which directories are one, by whatever names and links they are reached, whether they are there yet or not. */
final class RealPaths {
    /** Whether a file system, where a directory is or will be, takes {@code A} and {@code a} for two names. */
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

    /** Tries it out where the directory is or will be; nothing stays. */
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

    /** The path without links, and in the spelling of the file system, as far as it is there. */
    static Path of(Path path) {
        return real(path.toAbsolutePath().normalize());
    }

    private static Path real(Path absolute) {
        try {
            return absolute.toRealPath();
        } catch (IOException e) {
            // Not there, or not to be looked into: what it is in may be.
            Path parent = absolute.getParent();
            return parent == null ? absolute : real(parent).resolve(absolute.getFileName());
        }
    }

    /** Whether a real path is another one, or below it. */
    boolean isSameOrInside(Path path, Path other) {
        if (path.startsWith(other)) {
            return true;
        }
        // Only then is the file system tried out.
        return folded(path).startsWith(folded(other)) && !distinguishesCase(other);
    }

    private boolean distinguishesCase(Path directory) {
        try {
            return rule.distinguishes(directory);
        } catch (IOException e) {
            // What cannot be written to is extracted to by nobody.
            return true;
        }
    }

    private static Path folded(Path path) {
        return path.getFileSystem().getPath(path.toString().toLowerCase(Locale.ROOT));
    }
}
