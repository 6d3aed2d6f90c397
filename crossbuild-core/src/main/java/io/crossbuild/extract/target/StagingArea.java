// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The place where each new file is made before it is moved: in a copy of its directory if that is new, so that a single
 * rename moves the directory with its content; otherwise alone.
 */
final class StagingArea {
    private final Path directory;
    private final Map<Path, Path> newDirectories = new LinkedHashMap<>();
    private final Map<String, Path> inNewDirectories = new HashMap<>();
    private final Map<String, Path> alone = new HashMap<>();
    private final List<Placement> moved = new ArrayList<>();

    /**
     * @param directory an empty directory in the target root
     * @param placements a directory comes before its content
     */
    StagingArea(Path directory, List<Placement> placements) throws IOException {
        this.directory = directory;
        Map<Path, Boolean> parents = new HashMap<>();
        for (Placement placement : placements) {
            Path place = placement.path();
            Path parent = Objects.requireNonNull(place.getParent());
            Path newParent = newDirectories.get(parent);
            if (newParent != null) {
                Path at = newParent.resolve(place.getFileName());
                inNewDirectories.put(placement.file().target(), at);
                addDirectory(placement, at);
                continue;
            }
            Path at = directory.resolve("f" + alone.size());
            alone.put(placement.file().target(), at);
            if (isNewDirectory(placement) && parents.computeIfAbsent(parent, this::takesRenamedDirectories)) {
                moved.add(placement);
                addDirectory(placement, at);
            }
        }
        for (Path made : newDirectories.values()) {
            Files.createDirectory(made);
        }
    }

    private void addDirectory(Placement placement, Path at) {
        if (isNewDirectory(placement)) {
            newDirectories.putIfAbsent(placement.path(), at);
        }
    }

    private static boolean isNewDirectory(Placement placement) {
        return placement.file().node().isDirectory() && !placement.exists();
    }

    /** Only an existing directory on the same file system does. */
    private boolean takesRenamedDirectories(Path parent) {
        try {
            return Files.isDirectory(parent) && Files.getFileStore(parent).equals(Files.getFileStore(directory));
        } catch (IOException e) {
            return false;
        }
    }

    /** Where a file, link or directory is made. */
    Path of(Placement placement) {
        String target = placement.file().target();
        Path inside = inNewDirectories.get(target);
        return inside == null ? Objects.requireNonNull(alone.get(target)) : inside;
    }

    /** Whether a file, link or directory is moved into place with the new directory that contains it. */
    boolean isInNewDirectory(Placement placement) {
        return inNewDirectories.containsKey(placement.file().target());
    }

    /** Whether a directory is made here instead of at its place. */
    boolean has(Placement newDirectory) {
        return newDirectories.containsKey(newDirectory.path());
    }

    /** The new directories that are renamed; all other new directories are inside them. */
    List<Placement> moved() {
        return List.copyOf(moved);
    }
}
