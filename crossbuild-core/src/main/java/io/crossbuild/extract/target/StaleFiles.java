// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.manifest.PreviousFiles;
import io.crossbuild.extract.plan.TargetPlan;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.tree.HostNames;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Removes what earlier extractions wrote and this one does not: only unchanged files, then empty directories. */
final class StaleFiles {
    private final Path root;
    private final PreviousFiles previous;
    private final HostLayout layout;
    private final HostAttributes attributes;
    private final List<String> kept = new ArrayList<>();
    private int removed;

    StaleFiles(HostLayout layout, HostAttributes attributes) {
        this.root = layout.root();
        this.previous = layout.previous();
        this.layout = layout;
        this.attributes = attributes;
    }

    int removed() {
        return removed;
    }

    /** Target paths of files that stay because they were changed. */
    List<String> kept() {
        return List.copyOf(kept);
    }

    void remove() throws IOException {
        TargetPlan plan = layout.plan();
        HostTraits traits = attributes.traits();
        Set<String> folded = new HashSet<>();
        if (traits.mergesNames()) {
            plan.files().forEach(f -> folded.add(NameCheck.fold(f.target(), traits)));
        }
        List<String> stale = new ArrayList<>();
        for (String target : previous.paths()) {
            if (plan.at(target).isEmpty() && !folded.contains(NameCheck.fold(target, traits))) {
                stale.add(target);
            }
        }
        openDirectories(stale);
        // The content of a directory comes before it.
        stale.sort(Collections.reverseOrder());
        for (String target : stale) {
            Optional<Path> path = safePath(target);
            if (path.isPresent()
                    && Files.exists(path.get(), LinkOption.NOFOLLOW_LINKS)
                    && !layout.isTaken(path.get())) {
                removeOne(target, path.get());
            }
        }
    }

    /** A directory that is read-only in the guest must let its files be removed. */
    private void openDirectories(List<String> stale) throws IOException {
        // The content of a directory comes after it.
        Collections.sort(stale);
        for (String target : stale) {
            Optional<Path> path = previous.madeDirectory(target) ? safePath(target) : Optional.empty();
            if (path.isPresent()
                    && Files.isDirectory(path.get(), LinkOption.NOFOLLOW_LINKS)
                    && !layout.isTaken(path.get())) {
                attributes.openToOwner(path.get());
            }
        }
    }

    private void removeOne(String target, Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            if (previous.isOurs(target, path)) {
                PatientFiles.delete(path);
                removed++;
            } else {
                kept.add(target);
            }
        } else if (previous.madeDirectory(target)) {
            try {
                PatientFiles.delete(path);
                removed++;
            } catch (DirectoryNotEmptyException e) {
                // It contains other files now.
                return;
            }
        }
    }

    /** The path of a file as the layout would find it; empty if it leads through a link out of the target root. */
    private Optional<Path> safePath(String target) throws IOException {
        Path directory = root;
        String[] names = target.split("/");
        for (int i = 0; i < names.length - 1; i++) {
            Optional<Path> next = HostNames.resolve(directory, names[i]);
            if (next.isEmpty() || !Files.isDirectory(next.get())) {
                return Optional.empty();
            }
            directory = next.get().toRealPath();
            if (!directory.startsWith(root)) {
                return Optional.empty();
            }
        }
        return HostNames.resolve(directory, names[names.length - 1]);
    }
}
