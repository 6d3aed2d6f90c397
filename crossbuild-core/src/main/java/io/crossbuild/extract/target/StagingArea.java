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
 * Where each new file is made before it gets to its place: with all others of a new directory in a copy of that directory,
 * which one rename brings to its place, or else alone.
 */
final class StagingArea {
    private final Path directory;
    private final Map<Path, Path> newDirectories = new LinkedHashMap<>();
    private final Map<String, Path> inNewDirectories = new HashMap<>();
    private final Map<String, Path> alone = new HashMap<>();
    private final List<Placement> moved = new ArrayList<>();

    /**
     * @param directory of the target root, empty
     * @param placements a directory before what is in it
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

    /** Only a directory on the same file system does, and one that is there. */
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

    /** Whether a file, link or directory gets to its place with the new directory that it is in. */
    boolean isInNewDirectory(Placement placement) {
        return inNewDirectories.containsKey(placement.file().target());
    }

    /** Whether a directory is made here, and not at its place. */
    boolean has(Placement newDirectory) {
        return newDirectories.containsKey(newDirectory.path());
    }

    /** The new directories that are renamed; all others are in one of them. */
    List<Placement> moved() {
        return List.copyOf(moved);
    }
}
