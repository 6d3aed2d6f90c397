// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.Glob;
import io.crossbuild.tree.SystemDirectories;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files that patterns of paths name. A pattern may have stars in its names and {@code ..}; one that ends with a
 * slash stands for everything in the directory, but not in one of the system. What links lead to belongs to it.
 */
final class TreeSearch {
    /** Deeper than any program's files; a damaged image may nest without end. */
    private static final int MAX_DEPTH = 64;
    /** More than any program has; a hostile guest may have any number, and they must fit in memory. */
    private static final int MAX_FILES = 500_000;

    private final FileTree tree;
    private final Set<String> exactExcept = new HashSet<>();
    private final List<String> pathExcept = new ArrayList<>();
    private final List<Glob> globExcept = new ArrayList<>();
    private final Set<String> walked = new HashSet<>();
    private final List<RuntimeFile> files = new ArrayList<>();
    private final List<String> roots = new ArrayList<>();

    /** @param except names of files and directories to leave out, as globs; absolute paths count for {@link #leavesOut} */
    TreeSearch(FileTree tree, List<String> except) {
        this.tree = tree;
        for (String name : except) {
            if (name.startsWith("/")) {
                pathExcept.add(name);
            } else if (name.indexOf('*') < 0) {
                exactExcept.add(name);
            } else {
                globExcept.add(Glob.parse(name));
            }
        }
    }

    List<RuntimeFile> files() {
        return files;
    }

    /** The existing paths that patterns stood for; a directory that was taken as a whole ends with a slash. */
    List<String> roots() {
        return roots;
    }

    void add(String pattern) throws IOException, CrossbuildException {
        boolean whole = pattern.endsWith("/");
        for (String path : expand(pattern)) {
            if (!(TreePaths.resolve(tree, path) instanceof TreePaths.Found found)) {
                continue;
            }
            // As of a library that was put right into /usr/lib; only compilers want /usr/include.
            boolean general = SystemDirectories.isGeneral(found.path()) && !path.endsWith("/include");
            if (whole && (!found.node().isDirectory() || general)) {
                continue;
            }
            roots.add(whole ? path + "/" : path);
            add(path, found);
            if (whole) {
                walk(path, found, 0);
            }
        }
    }

    private void add(String path, TreePaths.Found found) throws CrossbuildException {
        if (files.size() >= MAX_FILES) {
            throw new CrossbuildException(
                    "Cannot extract '" + roots.get(roots.size() - 1) + "': more than " + MAX_FILES + " files");
        }
        files.add(new RuntimeFile(path, found));
    }

    private List<String> expand(String pattern) throws IOException, CrossbuildException {
        List<String> paths = List.of("");
        for (String name : pattern.split("/")) {
            if (name.isEmpty()) {
                continue;
            }
            List<String> next = new ArrayList<>();
            for (String path : paths) {
                if (name.indexOf('*') >= 0) {
                    next.addAll(matching(path, Glob.parse(name)));
                } else if (!name.equals("..")) {
                    next.add(path + "/" + name);
                } else if (TreePaths.resolve(tree, path + "/") instanceof TreePaths.Found found) {
                    String parent = TreePaths.parent(found.path());
                    next.add(parent.equals("/") ? "" : parent);
                }
            }
            paths = next;
        }
        return paths;
    }

    private List<String> matching(String directory, Glob glob) throws IOException, CrossbuildException {
        List<String> result = new ArrayList<>();
        if (TreePaths.resolve(tree, directory + "/") instanceof TreePaths.Found found
                && found.node().isDirectory()) {
            for (FileTree.Entry entry : children(found.node())) {
                if (glob.matches(entry.name())) {
                    result.add(directory + "/" + entry.name());
                }
            }
        }
        result.sort(null);
        return result;
    }

    private void walk(String path, TreePaths.Found directory, int depth) throws IOException, CrossbuildException {
        if (depth > MAX_DEPTH || !walked.add(directory.path())) {
            return;
        }
        for (FileTree.Entry entry : children(directory.node())) {
            if (isLeftOut(entry.name())) {
                continue;
            }
            String child = TreePaths.join(path, entry.name());
            FileNode node = entry.node();
            if (node.isSymlink()) {
                follow(child, depth);
            } else if (node.isRegular() || node.isDirectory()) {
                TreePaths.Found found =
                        new TreePaths.Found(TreePaths.join(directory.path(), entry.name()), node, List.of());
                add(child, found);
                if (node.isDirectory()) {
                    walk(child, found, depth + 1);
                }
            }
        }
    }

    /** Nothing if this user may not read the directory, which is possible in a directory of the host. */
    private List<FileTree.Entry> children(FileNode directory) throws IOException, CrossbuildException {
        try {
            return tree.children(directory);
        } catch (AccessDeniedException e) {
            return List.of();
        }
    }

    private void follow(String link, int depth) throws IOException, CrossbuildException {
        if (TreePaths.resolve(tree, link) instanceof TreePaths.Found found) {
            if (found.node().isRegular()) {
                add(link, found);
            } else if (found.node().isDirectory() && !SystemDirectories.isGeneral(found.path())) {
                add(link, found);
                walk(link, found, depth + 1);
            }
        }
    }

    /** Whether a name of the path is one to leave out, or the whole path. */
    boolean leavesOut(String path) {
        for (String pattern : pathExcept) {
            if (PathPattern.match(pattern, path).isPresent()) {
                return true;
            }
        }
        for (String name : path.split("/")) {
            if (isLeftOut(name)) {
                return true;
            }
        }
        return false;
    }

    private boolean isLeftOut(String name) {
        if (exactExcept.contains(name)) {
            return true;
        }
        for (Glob glob : globExcept) {
            if (glob.matches(name)) {
                return true;
            }
        }
        return false;
    }
}
