// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.manifest.PreviousFiles;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.tree.HostNames;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Moves staged files into place: directories first, then files, links last, so that nothing is written through a new
 * link.
 */
final class Commit {
    private final PreviousFiles previous;
    private final HostAttributes attributes;
    private final StagingArea area;
    private int written;

    Commit(PreviousFiles previous, HostAttributes attributes, StagingArea area) {
        this.previous = previous;
        this.attributes = attributes;
        this.area = area;
    }

    /** The number of files, links and directories that are new or changed. */
    int written() {
        return written;
    }

    /** Whether a directory was or is made by an extraction, not by others. */
    static boolean isOwn(Placement directory, PreviousFiles previous) {
        return !directory.exists()
                || (directory.existing() != null
                        && directory.existing().isDirectory()
                        && previous.madeDirectory(directory.file().target()));
    }

    /** @param contents of regular files, by target path */
    void run(PlacedFiles placed, Map<String, Staged> contents) throws IOException {
        List<Placement> placements = placed.placements();
        for (Placement placement : placements) {
            if (placement.obstacle()) {
                RecursiveDelete.delete(placement.path());
            }
        }
        for (Placement placement : placements) {
            if (placement.file().node().isDirectory()) {
                makeDirectory(placement);
            }
        }
        for (Placement directory : area.moved()) {
            move(area.of(directory), directory.path());
        }
        for (Staged file : contents.values()) {
            putFile(file);
        }
        for (Placement placement : placements) {
            String first = placed.hardLinks().get(placement.file().target());
            if (first != null) {
                putHardLink(
                        placement,
                        Objects.requireNonNull(contents.get(first)).placement().path());
            }
        }
        for (Placement placement : placements) {
            String text = placed.texts().get(placement.file().target());
            if (text != null) {
                putLink(placement, text);
            }
        }
    }

    /**
     * Sets modes and times of our own directories, the inner ones first; most of those that were moved inside another
     * directory already have them.
     */
    void finishDirectories(List<Placement> placements) throws IOException {
        for (int i = placements.size() - 1; i >= 0; i--) {
            Placement placement = placements.get(i);
            if (placement.file().node().isDirectory()
                    && !(area.isInNewDirectory(placement) && attributes.isOpenToOwner(placement.file()))
                    && isOwn(placement, previous)) {
                attributes.give(placement.path(), placement.file());
            }
        }
    }

    private void makeDirectory(Placement placement) throws IOException {
        if (!placement.exists()) {
            if (!area.has(placement)) {
                Files.createDirectory(placement.path());
            }
            written++;
        } else if (isOwn(placement, previous)) {
            // A directory that is read-only in the guest must accept its new files.
            attributes.openToOwner(placement.path());
        }
    }

    private void putFile(Staged file) throws IOException {
        Path target = file.placement().path();
        if (file.content() == null) {
            attributes.give(target, file.placement().file());
            return;
        }
        written++;
        if (!area.isInNewDirectory(file.placement())) {
            move(file.content(), target);
        }
    }

    private void putHardLink(Placement placement, Path first) throws IOException {
        if (area.isInNewDirectory(placement)) {
            written++;
            return;
        }
        if (placement.existing() != null
                && Files.isSameFile(first, placement.path())
                && placement.existing().isRegularFile()) {
            return;
        }
        Path temporary = area.of(placement);
        Stager.link(temporary, first);
        move(temporary, placement.path());
        written++;
    }

    private void putLink(Placement placement, String text) throws IOException {
        if (area.isInNewDirectory(placement)) {
            written++;
            return;
        }
        BasicFileAttributes existing = placement.existing();
        if (existing != null
                && existing.isSymbolicLink()
                && HostNames.targetOf(Files.readSymbolicLink(placement.path())).equals(text)) {
            return;
        }
        Path temporary = area.of(placement);
        makeLink(temporary, text);
        move(temporary, placement.path());
        written++;
    }

    static void makeLink(Path link, String text) throws IOException {
        Files.createSymbolicLink(link, HostNames.relativeTarget(text));
    }

    /** A rename replaces an existing file and follows no link (rename(2)). */
    private static void move(Path from, Path to) throws IOException {
        try {
            PatientFiles.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            // A directory of the target root may be on another file system.
            PatientFiles.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
