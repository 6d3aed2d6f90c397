// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.io.RecursiveDelete;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * What a file system of the host supports.
 *
 * @param symlinks whether it supports symbolic links and this process may make them
 * @param distinguishesCase whether {@code A} and {@code a} are different names
 * @param unixModes whether it supports permission bits
 * @param windowsNames whether it refuses the names that Windows refuses
 */
public record HostTraits(boolean symlinks, boolean distinguishesCase, boolean unixModes, boolean windowsNames) {

    /** Tests it in a directory, or in the nearest existing parent of a missing one; leaves nothing there. */
    public static HostTraits of(Path directory) throws IOException {
        Path existing = directory.toAbsolutePath().normalize();
        while (!Files.isDirectory(existing) && existing.getParent() != null) {
            existing = existing.getParent();
        }
        Path probe = Files.createTempDirectory(existing, ".crossbuild-probe");
        try {
            Path file = Files.createFile(probe.resolve("a"));
            return new HostTraits(
                    makesLinks(probe),
                    !Files.exists(probe.resolve("A"), LinkOption.NOFOLLOW_LINKS),
                    Files.getFileStore(file).supportsFileAttributeView("posix"),
                    existing.getFileSystem().getSeparator().equals("\\"));
        } finally {
            RecursiveDelete.delete(probe);
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
