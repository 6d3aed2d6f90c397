// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.io.Leftovers;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.tree.HostNames;
import io.crossbuild.tree.NameCodec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a file system of the host supports.
 *
 * @param symlinks whether it supports symbolic links and this process may make them
 * @param distinguishesCase whether {@code A} and {@code a} are different names
 * @param distinguishesForms whether the forms of Unicode in which a character is composed or decomposed are different
 *     names; APFS takes them for one even where it distinguishes case
 * @param unixModes whether it supports permission bits
 * @param windowsNames whether it refuses the names that Windows refuses
 * @param anyBytes whether a name may be any bytes, as on Linux, and not only UTF-8
 */
public record HostTraits(
        boolean symlinks,
        boolean distinguishesCase,
        boolean distinguishesForms,
        boolean unixModes,
        boolean windowsNames,
        boolean anyBytes) {
    /** No UTF-8: a lone byte of Latin-1. */
    private static final String BYTES = NameCodec.decode(new byte[] {'b', (byte) 0xE9});

    private static final String PROBE = ".crossbuild-probe";

    /**
     * Tests it in a target root, or in the nearest existing parent of a missing one; leaves nothing there. If the
     * process is killed meanwhile, nothing is left among extracted files, and a later test removes it.
     */
    public static HostTraits of(Path targetRoot) throws IOException {
        Path root = targetRoot.toAbsolutePath().normalize();
        Path existing = new OwnFiles(root).directory();
        if (!Files.isDirectory(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = root;
        }
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        Leftovers.sweep(existing, PROBE);
        Path probe = Files.createTempDirectory(existing, PROBE);
        try {
            Path file = Files.createFile(probe.resolve("a"));
            boolean windows = existing.getFileSystem().getSeparator().equals("\\");
            return new HostTraits(
                    makesLinks(probe),
                    !Files.exists(probe.resolve("A"), LinkOption.NOFOLLOW_LINKS),
                    keepsForms(probe),
                    Files.getFileStore(file).supportsFileAttributeView("posix"),
                    windows,
                    !windows && keepsBytes(probe));
        } finally {
            RecursiveDelete.delete(probe);
        }
    }

    private static boolean keepsForms(Path probe) throws IOException {
        Optional<Path> composed = HostNames.resolve(probe, "\u00fc");
        Optional<Path> decomposed = HostNames.resolve(probe, "u\u0308");
        if (composed.isEmpty() || decomposed.isEmpty()) {
            return true;
        }
        Files.createFile(composed.get());
        return !Files.exists(decomposed.get(), LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether different names may be the same file. */
    public boolean mergesNames() {
        return !distinguishesCase || !distinguishesForms;
    }

    /** macOS refuses such names, or stores different ones. */
    private static boolean keepsBytes(Path probe) throws IOException {
        Path directory = Files.createDirectory(probe.resolve("bytes"));
        try {
            Files.createFile(HostNames.resolve(directory, BYTES).orElseThrow());
        } catch (IOException | NoSuchElementException e) {
            return false;
        }
        try (Stream<Path> names = Files.list(directory)) {
            return names.map(HostNames::nameOf).toList().equals(List.of(BYTES));
        }
    }

    private static boolean makesLinks(Path probe) {
        try {
            Files.createSymbolicLink(probe.resolve("link"), Path.of("a"));
            return true;
        } catch (IOException | UnsupportedOperationException e) {
            return false;
        }
    }
}
