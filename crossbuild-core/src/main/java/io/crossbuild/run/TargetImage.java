// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.run;

import io.crossbuild.disk.ext4.write.Ext4Writer;
import io.crossbuild.disk.ext4.write.TreeSelection;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.extract.manifest.Manifest;
import io.crossbuild.extract.manifest.ManifestEntry;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Copies a target root to a disk of a machine. Everything there goes along, whether an extraction wrote it or not, but
 * not what extractions keep for themselves. Only where the target root contains the project, as with "." in OPS, is it
 * just what the last extraction wrote.
 */
final class TargetImage {
    private TargetImage() {}

    /**
     * Writes the image.
     *
     * @param logDirectory which is in the project's build directory
     * @param freeBytes the space that the program has for files of its own
     */
    static void write(Path image, Path targetRoot, Path logDirectory, long freeBytes)
            throws IOException, CrossbuildException, InterruptedException {
        Path root = targetRoot.toRealPath();
        boolean containsProject = logDirectory.toAbsolutePath().normalize().startsWith(root);
        Set<String> extracted = containsProject ? extracted(root) : null;
        boolean modes = Files.getFileStore(root).supportsFileAttributeView("posix");
        try (FileTree tree = HostFileTree.open(root)) {
            Ext4Writer.write(image, tree, new Selection(extracted, modes), freeBytes);
        }
    }

    private static Set<String> extracted(Path root) throws IOException {
        Set<String> paths = new HashSet<>();
        for (ManifestEntry entry : Manifest.read(new OwnFiles(root).manifest()).files()) {
            for (String path = "/" + entry.path(); path.length() > 1; path = path.substring(0, path.lastIndexOf('/'))) {
                paths.add(path);
            }
        }
        return paths;
    }

    /**
     * @param only paths of the target root; null for all
     * @param modes whether the host has modes; else every file can be executed
     */
    private record Selection(@Nullable Set<String> only, boolean modes) implements TreeSelection {
        @Override
        public boolean takes(String path, FileNode node) {
            return only == null ? !path.equals("/" + OwnFiles.DIRECTORY) : only.contains(path);
        }

        @Override
        public int permissions(FileNode node) {
            return modes ? node.permissions() : 0755;
        }
    }
}
