// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.extract.manifest.PreviousFiles;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.TargetPlan;
import io.crossbuild.tree.HostNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Fits a plan into the present content of the target root, without writing anything.
 *
 * <p>The rule that keeps every write inside the target root: the path to each file is walked component by component. A
 * link in the place of a directory is followed only if it leads to a directory inside the target root; otherwise it is
 * an error, unless an earlier extraction made the link, which is then removed. A real directory in the place of a link
 * stays, and the content of the link's target is put into it. Files and links in the place of a file are replaced,
 * never followed.
 */
final class HostLayout {
    private final Path root;
    private final PreviousFiles previous;
    private final TargetPlan plan;
    private final Map<String, Path> directories = new HashMap<>();
    private final Set<String> newDirectories = new HashSet<>();
    private final Map<String, Placement> placements = new LinkedHashMap<>();
    private final Map<Path, PlannedFile> taken = new HashMap<>();
    private final List<String> problems = new ArrayList<>();

    /** @param root a real path */
    HostLayout(Path root, PreviousFiles previous, TargetPlan plan) {
        this.root = root;
        this.previous = previous;
        this.plan = plan;
    }

    Path root() {
        return root;
    }

    PreviousFiles previous() {
        return previous;
    }

    TargetPlan plan() {
        return plan;
    }

    /**
     * Places every planned file; the plan changes where links are replaced by directories.
     *
     * @throws HostRequirementException when something is in the way; the message lists everything
     */
    void place() throws IOException, CrossbuildException {
        Optional<PlannedFile> blocked;
        do {
            directories.clear();
            newDirectories.clear();
            placements.clear();
            taken.clear();
            problems.clear();
            directories.put("", root);
            blocked = placeAll();
            if (blocked.isPresent()) {
                plan.replaceByDirectory(blocked.get());
            }
        } while (blocked.isPresent());
        if (!problems.isEmpty()) {
            throw new HostRequirementException(
                    "Cannot extract into '" + root + "': "
                            + (problems.size() == 1 ? problems.get(0) : String.join("\n  ", problems)),
                    AdviceKey.MOVE_AWAY_OR_OTHER_ROOT.advice());
        }
    }

    /** Ordered by path: a directory comes before its content. */
    List<Placement> placements() {
        return List.copyOf(placements.values());
    }

    /**
     * The real place of a directory below the target root, with "/" between the names; for a directory that is not
     * planned, the place where it would be.
     */
    String placeOf(String directory) {
        Path path = directories.get(directory);
        if (path != null) {
            List<String> names = new ArrayList<>();
            if (!path.equals(root)) {
                root.relativize(path).forEach(p -> names.add(HostNames.nameOf(p)));
            }
            return String.join("/", names);
        }
        int slash = directory.lastIndexOf('/');
        String parent = slash < 0 ? "" : placeOf(directory.substring(0, slash));
        return (parent.isEmpty() ? "" : parent + "/") + directory.substring(slash + 1);
    }

    /** Whether a path is used by this extraction, so that no clean-up may touch it. */
    boolean isTaken(Path path) {
        return taken.containsKey(path);
    }

    private Optional<PlannedFile> placeAll() throws IOException {
        for (PlannedFile file : plan.files()) {
            int slash = file.target().lastIndexOf('/');
            String directory = slash < 0 ? "" : file.target().substring(0, slash);
            Path parent = directories.get(directory);
            if (parent == null) {
                // Its directory has already been reported.
                continue;
            }
            Optional<Path> path = HostNames.resolve(parent, file.target().substring(slash + 1));
            if (path.isEmpty()) {
                problems.add("'" + file.target() + "' is not a valid name on this host");
                continue;
            }
            // A directory that is not yet made is empty, even if an obstacle in its place leads somewhere.
            BasicFileAttributes existing = newDirectories.contains(directory) ? null : attributesOf(path.get());
            if (file.node().isSymlink()
                    && existing != null
                    && existing.isDirectory()
                    && !previous.ownsAll(file.target(), path.get())) {
                return Optional.of(file);
            }
            place(file, path.get(), existing);
        }
        return Optional.empty();
    }

    private void place(PlannedFile file, Path path, @Nullable BasicFileAttributes existing) throws IOException {
        Path place = path;
        boolean obstacle = false;
        if (file.node().isDirectory() && existing != null && !existing.isDirectory()) {
            obstacle = previous.isOurs(file.target(), path);
            if (!obstacle && !existing.isSymbolicLink()) {
                problems.add("'" + path + "' is a file (expected a directory)");
                return;
            }
            Optional<Path> inside = obstacle ? Optional.of(path) : followInside(path);
            if (inside.isEmpty()) {
                return;
            }
            place = inside.get();
        } else if (existing != null && existing.isDirectory() && !file.node().isDirectory()) {
            obstacle = previous.ownsAll(file.target(), path);
            if (!obstacle) {
                problems.add("'" + path + "' is a directory (expected a file)");
            }
        }
        if (file.node().isDirectory()) {
            directories.put(file.target(), place);
        }
        PlannedFile other = taken.putIfAbsent(place, file);
        if (other != null && !(other.node().isDirectory() && file.node().isDirectory())) {
            problems.add(
                    "'" + other.target() + "' and '" + file.target() + "' would be the same file: '" + place + "'");
        }
        Placement placement = new Placement(file, place, existing, obstacle);
        placements.put(file.target(), placement);
        if (file.node().isDirectory() && !placement.exists()) {
            newDirectories.add(file.target());
        }
    }

    private Optional<Path> followInside(Path link) {
        try {
            Path real = link.toRealPath();
            if (real.startsWith(root) && Files.isDirectory(real)) {
                return Optional.of(real);
            }
            problems.add("'" + link + "' is a link to '" + real + "'"
                    + (real.startsWith(root)
                            ? " (expected a directory)"
                            : ", which is outside (expected a directory)"));
        } catch (IOException e) {
            problems.add("'" + link + "' is a link to nothing (expected a directory)");
        }
        return Optional.empty();
    }

    private static @Nullable BasicFileAttributes attributesOf(Path path) throws IOException {
        try {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** The names of files that are replaced but were not written by an extraction, for a warning. */
    List<String> replacedForeign() {
        return placements.values().stream()
                .filter(p -> p.existing() != null && !p.file().node().isDirectory())
                .map(p -> p.file().target())
                .filter(t -> !previous.knows(t))
                .collect(Collectors.toList());
    }
}
