// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.error.ConfigException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The directory to which sources are relative, and the files that are never copied: those in its {@code
 * .crossbuildignore}, and crossbuild's own.
 *
 * @param directory without links in it
 * @param allowed all that may be copied, without links: this directory, and others that the user has named
 * @param own files and directories that are left out
 */
public record InputContext(Path directory, List<Path> allowed, IgnorePatterns ignored, Set<Path> own) {
    /** A file next to the build file that says what to leave out, as in a .gitignore. */
    public static final String IGNORE_FILE = ".crossbuildignore";

    private static final long MAX_BYTES = 1 << 20;

    public InputContext {
        allowed = List.copyOf(allowed);
        own = Set.copyOf(own);
    }

    /**
     * The context of a build file.
     *
     * @param logDirectory of a goal; those of other goals are next to it
     * @param copyFrom what else may be copied; it need not exist
     * @throws ConfigException when a pattern in .crossbuildignore is invalid
     */
    public static InputContext of(Path buildFile, Path logDirectory, List<Path> copyFrom)
            throws IOException, ConfigException {
        Path directory = parent(buildFile.toAbsolutePath()).toRealPath();
        Path ignoreFile = directory.resolve(IGNORE_FILE);
        IgnorePatterns ignored = IgnorePatterns.NONE;
        if (Files.exists(ignoreFile)) {
            ignored = IgnorePatterns.parse(ignoreFile.toString(), lines(ignoreFile));
        }
        Set<Path> own = new HashSet<>();
        own.add(directory.resolve(buildFile.getFileName()));
        own.add(ignoreFile);
        own.add(real(parent(logDirectory.toAbsolutePath().normalize())));
        List<Path> allowed = new ArrayList<>(List.of(directory));
        for (Path place : copyFrom) {
            allowed.add(real(place.toAbsolutePath().normalize()));
        }
        return new InputContext(directory, allowed, ignored, own);
    }

    private static Path real(Path path) throws IOException {
        return Files.exists(path) ? path.toRealPath() : path;
    }

    /**
     * Whether a source may be copied. A build file comes with a project, and what it copies reaches programs that have
     * the network: so by default it names only files of the project.
     *
     * @param source without links in it
     */
    boolean isAllowed(Path source) {
        return allowed.stream().anyMatch(source::startsWith);
    }

    private static List<String> lines(Path file) throws IOException, ConfigException {
        if (!Files.isRegularFile(file) || Files.size(file) > MAX_BYTES) {
            throw new ConfigException(
                    file.toString(),
                    List.of("not a regular file of at most " + MAX_BYTES + " bytes (expected patterns)"),
                    null);
        }
        // Any bytes: a pattern that is not UTF-8 matches nothing.
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    private static Path parent(Path path) {
        Path parent = path.getParent();
        return parent == null ? path : parent;
    }
}
