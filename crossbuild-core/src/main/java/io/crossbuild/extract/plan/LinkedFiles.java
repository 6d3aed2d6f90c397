// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.Warning.LinkedDirectoriesLeftOut.Linked;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.SystemDirectories;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Decides what is taken because a link in a directory leads there: files, and directories up to a limit, each with what
 * the links in it lead to. What is below a directory that is taken as a whole is there already.
 */
final class LinkedFiles {
    /** A larger directory is not counted to its end. */
    private static final int MAX_ENTRIES = 50_000;

    private final FileTree tree;
    private final TargetPaths targetPaths;
    private final long limitBytes;
    private final Set<String> whole = new HashSet<>();
    private final Map<String, Boolean> decided = new LinkedHashMap<>();
    private final List<Linked> left = new ArrayList<>();
    private long copiedBytes;

    /** @param limitBytes the size of the largest directory to take; 0 for none */
    LinkedFiles(FileTree tree, TargetPaths targetPaths, long limitBytes) {
        this.tree = tree;
        this.targetPaths = targetPaths;
        this.limitBytes = limitBytes;
    }

    /** Everything below this directory is taken. */
    void addWhole(String canonical) {
        whole.add(canonical);
    }

    /** Directories that are left out although a link leads there, each once. */
    List<Linked> left() {
        return left;
    }

    boolean isInWhole(String canonical) {
        String path = canonical;
        while (!path.equals("/")) {
            if (whole.contains(path)) {
                return true;
            }
            path = TreePaths.parent(path);
        }
        return whole.contains("/");
    }

    /**
     * Whether a directory is taken.
     *
     * @param link in the guest, canonical but for itself
     * @param home whether the link's target is relative to the guest's /root
     */
    boolean takes(String link, boolean home, TreePaths.Found directory) throws IOException, CrossbuildException {
        String path = directory.path();
        if (SystemDirectories.isVolatile(path) || path.equals("/")) {
            return false;
        }
        Boolean known = decided.get(path);
        if (known == null) {
            known = decide(link, home, directory);
            decided.put(path, known);
        }
        return known;
    }

    /** As {@link #takes}, for a copy in place of the link: the limit is for all copies together. */
    boolean copies(String link, boolean home, TreePaths.Found directory) throws IOException, CrossbuildException {
        if (!takes(link, home, directory)) {
            return false;
        }
        Measured size = measure(directory);
        if (copiedBytes + size.bytes() > limitBytes) {
            decided.put(directory.path(), false);
            left.add(entry(link, home, directory, size));
            return false;
        }
        copiedBytes += size.bytes();
        return true;
    }

    private boolean decide(String link, boolean home, TreePaths.Found directory)
            throws IOException, CrossbuildException {
        String path = directory.path();
        Measured size = measure(directory);
        boolean above = link.startsWith(path + "/");
        if (limitBytes > 0
                && !above
                && !SystemDirectories.isGeneral(path)
                && size.complete()
                && size.bytes() <= limitBytes) {
            return true;
        }
        left.add(entry(link, home, directory, size));
        return false;
    }

    private Linked entry(String link, boolean home, TreePaths.Found directory, Measured size) {
        // As in the configuration, where a relative path is written without the guest's /root.
        String path = directory.path();
        String written = home && targetPaths.isBelowHome(path) ? targetPaths.of(path, true) : path;
        return new Linked(link, path, size.bytes(), size.complete(), written);
    }

    private record Measured(long bytes, boolean complete) {}

    /** The size of what is not taken anyway. */
    private Measured measure(TreePaths.Found directory) throws IOException, CrossbuildException {
        Set<Long> seen = new HashSet<>();
        Deque<TreePaths.Found> open = new ArrayDeque<>(List.of(directory));
        long bytes = 0;
        int entries = 0;
        while (!open.isEmpty()) {
            TreePaths.Found at = open.pop();
            if (whole.contains(at.path()) || !seen.add(at.node().id())) {
                continue;
            }
            for (FileTree.Entry entry : tree.children(at.node())) {
                FileNode node = entry.node();
                if (++entries > MAX_ENTRIES) {
                    return new Measured(bytes, false);
                }
                if (node.isDirectory()) {
                    open.push(new TreePaths.Found(TreePaths.join(at.path(), entry.name()), node, List.of()));
                } else if (node.isRegular() && (node.links() == 1 || seen.add(node.id()))) {
                    // A sum beyond any disk, which a damaged image may claim, stays the largest number.
                    bytes = bytes + node.sizeBytes() < 0 ? Long.MAX_VALUE : bytes + node.sizeBytes();
                }
            }
        }
        return new Measured(bytes, true);
    }
}
