// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.elf.ElfMagic;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.event.Warning;
import io.crossbuild.io.Workers;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.Glob;
import io.crossbuild.tree.SystemDirectories;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides which files of the guest are taken for each selected or opened path. If links are kept, these are every link
 * on the way and the file to which the last one leads, each at its own place; otherwise, one file at the path as
 * written.
 */
public final class Planner {
    private final FileTree tree;
    private final TargetPaths targetPaths;
    private final boolean followLinks;
    private final TargetPlan plan;
    private final Workers workers;
    private final Map<String, FileNode> directories = new HashMap<>();
    private final Set<String> loadable = new LinkedHashSet<>();
    private final List<PlannedFile> candidates = new ArrayList<>();
    private final List<String> skipped = new ArrayList<>();
    private final LinkedFiles linked;
    private final Deque<PlannedFile> links = new ArrayDeque<>();
    private final Set<String> linkTargets = new LinkedHashSet<>();

    /**
     * @param followLinks whether each path through a link becomes a separate path
     * @param linkedDirectoryBytes the size of the largest directory that is taken because a link leads there; 0 for
     *     none
     * @param maxFiles how many files may be taken
     * @param workers that inspect files
     */
    public Planner(
            FileTree tree,
            TargetPaths targetPaths,
            boolean followLinks,
            long linkedDirectoryBytes,
            int maxFiles,
            Workers workers) {
        this.tree = tree;
        this.targetPaths = targetPaths;
        this.followLinks = followLinks;
        this.plan = new TargetPlan(tree, targetPaths, maxFiles);
        this.linked = new LinkedFiles(tree, targetPaths, linkedDirectoryBytes);
        this.workers = workers;
    }

    /** What has been taken so far; the caller finishes it. */
    public TargetPlan plan() {
        return plan;
    }

    /** Whether each path through a link becomes a separate path. */
    public boolean followsLinks() {
        return followLinks;
    }

    /** Programs and shared objects among the files and directories, by the guest paths that match their targets. */
    public List<String> loadable() throws IOException, CrossbuildException, InterruptedException {
        Set<String> found = ConcurrentHashMap.newKeySet();
        workers.forEach(candidates, file -> {
            if (isLoadable(file.node())) {
                found.add(file.guest());
            }
        });
        for (PlannedFile file : candidates) {
            if (found.contains(file.guest())) {
                String prefix = file.home() ? TargetPaths.HOME + "/" : "/";
                loadable.add(followLinks ? prefix + file.target() : file.guest());
            }
        }
        candidates.clear();
        return List.copyOf(loadable);
    }

    private boolean isLoadable(FileNode file) throws IOException, CrossbuildException {
        try {
            return ElfMagic.isLoadable(tree, file);
        } catch (AccessDeniedException e) {
            // Possible in a directory of the host, which is only examined.
            return false;
        }
    }

    /**
     * Guest paths of files that no target root can contain: devices, FIFOs, sockets, and, if links are followed, links
     * to nothing.
     */
    public List<String> skipped() {
        return List.copyOf(skipped);
    }

    /** Takes one selected file, or a directory with everything in it. */
    public void take(Selected selected) throws IOException, CrossbuildException {
        @Nullable PlannedFile end = takePath(selected.guest(), selected.home(), selected.reason());
        if (end == null) {
            return;
        }
        switch (selected.key()) {
            case PROGRAM -> {
                // The closure always begins with it.
            }
            case FILES -> addCandidate(end);
            case DIRS -> walk(end, selected.reason(), null);
            case MAP_DIRS -> {
                String written = selected.written();
                walk(end, selected.reason(), Glob.parse(written.substring(written.lastIndexOf('/') + 1)));
            }
        }
    }

    /** Takes the file to which a path leads, with everything on the way; null if that cannot be extracted. */
    public @Nullable PlannedFile takePath(String path, boolean home, ExtractionReason reason)
            throws IOException, CrossbuildException {
        return TreePaths.resolve(tree, path) instanceof TreePaths.Found found
                ? takeFound(path, found, home, reason)
                : null;
    }

    /**
     * Takes a file by its canonical path, a link as a link if links are kept; null if that cannot be extracted. What it
     * needs is not looked for.
     *
     * @param found the file with that path
     */
    public @Nullable PlannedFile takeItself(String path, TreePaths.Found found, boolean home, ExtractionReason reason)
            throws IOException, CrossbuildException {
        return takeFound(path, found, home, reason);
    }

    /** Takes a directory with everything in it. */
    public void takeDirectory(String path, ExtractionReason reason) throws IOException, CrossbuildException {
        @Nullable PlannedFile directory = takePath(path, false, reason);
        if (directory != null && directory.node().isDirectory()) {
            walk(directory, reason, null);
            takeLinked();
        }
    }

    /**
     * Takes what the links in directories lead to, if it is outside of them; to be called when all directories are
     * taken. Where the limit is exceeded, the link leads to nothing.
     */
    public void takeLinked() throws IOException, CrossbuildException {
        while (!links.isEmpty()) {
            PlannedFile link = links.pop();
            // One that leads to nothing in the guest does so here.
            if (TreePaths.resolve(tree, link.guest()) instanceof TreePaths.Found found
                    && !linked.isInWhole(found.path())
                    && !SystemDirectories.isVolatile(found.path())) {
                takeLinked(link, found);
            }
        }
        plan.leftOut(linked.left());
    }

    private void takeLinked(PlannedFile link, TreePaths.Found found) throws IOException, CrossbuildException {
        String path = found.path();
        FileNode node = found.node();
        boolean here = isPlanned(path, link.home(), node) || isPlanned(path, !link.home(), node);
        if (node.isRegular() ? here : !node.isDirectory() || !linked.takes(link.guest(), link.home(), found)) {
            return;
        }
        ExtractionReason reason = new ExtractionReason(link.guest(), path, ExtractionReason.LINK);
        @Nullable PlannedFile end = takeFound(link.guest(), found, link.home(), reason);
        if (end == null) {
            return;
        }
        linkTargets.add(path);
        if (node.isDirectory()) {
            walk(end, reason, null);
        } else {
            addCandidate(end);
        }
    }

    private boolean isPlanned(String guest, boolean home, FileNode node) {
        return plan.at(targetPaths.of(guest, home))
                .filter(f -> f.node().id() == node.id())
                .isPresent();
    }

    /** Guest paths that were taken because links in directories lead there. */
    public Set<String> linkTargets() {
        return linkTargets;
    }

    /** Directories that are left out although links in directories lead there. */
    public List<Warning.LinkedDirectoriesLeftOut.Linked> linkedLeft() {
        return List.copyOf(linked.left());
    }

    /**
     * Takes a path as {@link #takePath} does, but with the given content instead of the file to which it leads, if any;
     * null also when something has already been taken for that place.
     */
    public @Nullable PlannedFile takeInstead(String path, byte[] content, Instant modified, ExtractionReason reason)
            throws IOException, CrossbuildException {
        FileNode file = new GeneratedFile(content, modified);
        TreePaths.@Nullable Found found = foundOrNew(path, file);
        if (found == null) {
            return null;
        }
        String target = followLinks ? target(path, false) : targetPaths.of(found.path(), false);
        return plan.at(target).isPresent()
                ? null
                : takeFound(path, new TreePaths.Found(found.path(), file, found.links()), false, reason);
    }

    private TreePaths.@Nullable Found foundOrNew(String path, FileNode file) throws IOException, CrossbuildException {
        if (TreePaths.resolve(tree, path) instanceof TreePaths.Found found) {
            return found;
        }
        return TreePaths.resolve(tree, TreePaths.parent(path)) instanceof TreePaths.Found parent
                        && parent.node().isDirectory()
                ? new TreePaths.Found(TreePaths.join(parent.path(), TreePaths.name(path)), file, parent.links())
                : null;
    }

    /**
     * Takes a file that has been looked up already.
     *
     * @param found the file to which the path leads, and every link on the way that has not been taken
     */
    public void takeFound(String path, TreePaths.Found found, ExtractionReason reason, boolean home)
            throws IOException, CrossbuildException {
        @Nullable PlannedFile file = takeFound(path, found, home, reason);
        if (file != null) {
            addCandidate(file);
        }
    }

    private @Nullable PlannedFile takeFound(String path, TreePaths.Found found, boolean home, ExtractionReason reason)
            throws IOException, CrossbuildException {
        if (followLinks) {
            return takeAs(
                    targetOf(TargetPaths.normalized(path), home), TargetPaths.normalized(path), found, home, reason);
        }
        for (String link : found.links()) {
            boolean isHome = home && link.equals(TargetPaths.HOME);
            if (!isHome && TreePaths.resolveNoFollow(tree, link) instanceof TreePaths.Found l) {
                takeAs(targetPaths.of(link, home), link, l, home, reason);
            }
        }
        return takeAs(targetPaths.of(found.path(), home), found.path(), found, home, reason);
    }

    /** The target path for a path as written, which is valid if its links are kept or it has none. */
    public String target(String path, boolean home) {
        return targetOf(TargetPaths.normalized(path), home);
    }

    private String targetOf(String path, boolean home) {
        if (home && path.startsWith(TargetPaths.HOME + "/")) {
            return path.substring(TargetPaths.HOME.length() + 1);
        }
        return home && path.equals(TargetPaths.HOME) ? "" : targetPaths.of(path, home);
    }

    private @Nullable PlannedFile takeAs(
            String target, String path, TreePaths.Found found, boolean home, ExtractionReason reason)
            throws IOException, CrossbuildException {
        PlannedFile file = new PlannedFile(target, found.path(), home, found.node(), reason);
        if (!isExtractable(file)) {
            return null;
        }
        takeParents(target, path, home, reason);
        plan.add(file);
        return file;
    }

    private boolean isExtractable(PlannedFile file) {
        boolean yes = file.node().isRegular()
                || file.node().isDirectory()
                || file.node().isSymlink();
        if (!yes) {
            skipped.add(file.guest());
        }
        return yes;
    }

    /** Takes the parent directories of a target; the path is the guest's and ends with the same names. */
    private void takeParents(String target, String path, boolean home, ExtractionReason reason)
            throws IOException, CrossbuildException {
        int slash = target.lastIndexOf('/');
        if (slash < 0) {
            return;
        }
        String directory = target.substring(0, slash);
        if (plan.at(directory).isPresent() && plan.at(directory).get().node().isDirectory()) {
            return;
        }
        String parent = TreePaths.parent(path);
        takeParents(directory, parent, home, reason);
        FileNode node = directories.get(parent);
        if (node == null && TreePaths.resolve(tree, parent) instanceof TreePaths.Found found) {
            node = found.node();
            directories.put(parent, node);
        }
        if (node != null) {
            plan.add(new PlannedFile(directory, parent, home, node, reason));
        }
    }

    private record Frame(PlannedFile directory, @Nullable Frame above) {
        boolean holds(FileNode node) {
            for (Frame frame = this; frame != null; frame = frame.above) {
                if (frame.directory.node().id() == node.id()) {
                    return true;
                }
            }
            return false;
        }
    }

    /**
     * Takes everything below a directory, or only files with a matching name, at any depth, as OPS does for MapDirs.
     */
    private void walk(PlannedFile start, ExtractionReason reason, @Nullable Glob glob)
            throws IOException, CrossbuildException {
        Deque<Frame> open = new ArrayDeque<>();
        open.push(new Frame(start, null));
        if (glob == null && !followLinks) {
            linked.addWhole(start.guest());
        }
        while (!open.isEmpty()) {
            Frame frame = open.pop();
            PlannedFile directory = frame.directory();
            for (FileTree.Entry entry : tree.children(directory.node())) {
                PlannedFile file = child(start, directory, entry, reason);
                if (file == null || !isExtractable(file)) {
                    continue;
                }
                if (glob == null || glob.matches(entry.name())) {
                    takeParents(file.target(), TreePaths.join(directory.guest(), entry.name()), file.home(), reason);
                    plan.add(file);
                    addCandidate(file);
                    if (file.node().isSymlink()) {
                        links.add(file);
                    }
                }
                if (file.node().isDirectory()) {
                    if (frame.holds(file.node())) {
                        // A link to a parent directory, or a damaged image.
                        skipped.add(file.guest());
                    } else {
                        open.push(new Frame(file, frame));
                    }
                }
            }
        }
    }

    /** An entry of a directory, or the file to which it leads if links are followed; null for one that is left out. */
    private @Nullable PlannedFile child(
            PlannedFile start, PlannedFile directory, FileTree.Entry entry, ExtractionReason reason)
            throws IOException, CrossbuildException {
        String path = TreePaths.join(directory.guest(), entry.name());
        if (!isName(entry.name())) {
            throw new MalformedInputException(
                    path.replace('\0', '?'), -1, "not a file name (expected one without '/')");
        }
        String target = directory.target().isEmpty() ? entry.name() : directory.target() + "/" + entry.name();
        if (!followLinks || !entry.node().isSymlink()) {
            return new PlannedFile(target, path, directory.home(), entry.node(), reason);
        }
        if (!(TreePaths.resolve(tree, path) instanceof TreePaths.Found found)) {
            skipped.add(path);
            return null;
        }
        boolean inside = (found.path() + "/").startsWith(start.guest().equals("/") ? "/" : start.guest() + "/");
        return !found.node().isDirectory() || inside || linked.copies(path, directory.home(), found)
                ? new PlannedFile(target, found.path(), directory.home(), found.node(), reason)
                : null;
    }

    private static boolean isName(String name) {
        return !name.isEmpty()
                && !name.equals(".")
                && !name.equals("..")
                && name.indexOf('/') < 0
                && name.indexOf('\0') < 0;
    }

    private void addCandidate(PlannedFile file) {
        if (file.node().isRegular()) {
            candidates.add(file);
        }
    }
}
