// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.plan.ExtractionReason;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.Planner;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Plans the files that traced lines read, each as the line found it: a link as a link, a directory without content. */
final class TracedFiles {
    /** In a running system, other file systems are mounted there. */
    private static final List<String> KERNEL = List.of("/proc/", "/sys/", "/dev/", "/run/");

    private final FileTree tree;
    private final Planner planner;
    private final List<TracedLine> lines;
    private final Predicate<String> isHome;
    private final BuildListener listener;
    private final Set<String> targets = new LinkedHashSet<>();

    /** @param isHome whether the target of a path is relative to the guest's /root */
    TracedFiles(
            FileTree tree, Planner planner, List<TracedLine> lines, Predicate<String> isHome, BuildListener listener) {
        this.tree = tree;
        this.planner = planner;
        this.lines = lines;
        this.isHome = isHome;
        this.listener = listener;
    }

    /** Target paths of files and links. */
    Set<String> targets() {
        return targets;
    }

    /** Plans what still exists, and tells of each line. */
    void take() throws IOException, CrossbuildException {
        for (TracedLine line : lines) {
            int files = 0;
            long bytes = 0;
            Set<Long> counted = new HashSet<>();
            for (Map.Entry<String, FileType> read : line.files().entrySet()) {
                String path = read.getKey();
                if (isKernels(path) || !(TreePaths.resolveNoFollow(tree, path) instanceof TreePaths.Found found)) {
                    continue;
                }
                FileNode node = found.node();
                if (node.type() == read.getValue() && take(line, path, found) && !node.isDirectory()) {
                    files++;
                    // Not once for each name.
                    bytes += node.isRegular() && counted.add(node.id()) ? node.sizeBytes() : 0;
                }
            }
            listener.onEvent(new BuildEvent.TracedFilesAdded(line.line(), files, bytes));
        }
    }

    private boolean take(TracedLine line, String path, TreePaths.Found found) throws IOException, CrossbuildException {
        ExtractionReason reason = new ExtractionReason(null, path, "traced by line " + line.line());
        if (planner.followsLinks() && found.node().isSymlink()) {
            return takeFollowed(line, path, reason);
        }
        return add(planner.takeItself(path, found, isHome.test(path), reason));
    }

    /** Takes a copy of what a link leads to: a file, or of a directory what was read in it. */
    private boolean takeFollowed(TracedLine line, String link, ExtractionReason reason)
            throws IOException, CrossbuildException {
        if (!(TreePaths.resolve(tree, link) instanceof TreePaths.Found found)) {
            return false;
        }
        if (found.node().isDirectory()) {
            String directory = found.path() + "/";
            // '0' is the character after '/'.
            for (String path :
                    line.files().subMap(directory, found.path() + "0").keySet()) {
                String copy = link + "/" + path.substring(directory.length());
                add(planner.takePath(copy, isHome.test(copy), reason));
            }
        }
        return add(planner.takePath(link, isHome.test(link), reason));
    }

    private boolean add(@Nullable PlannedFile planned) {
        if (planned != null && !planned.node().isDirectory()) {
            targets.add(planned.target());
        }
        return planned != null;
    }

    private static boolean isKernels(String path) {
        return KERNEL.stream().anyMatch(path::startsWith);
    }
}
