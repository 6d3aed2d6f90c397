// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Follows absolute paths inside a {@link FileTree} as the kernel does below a changed root (path_resolution(7)): an
 * absolute link starts again at the tree's root, ".." at the root stays there, and at most 40 links are followed. A
 * path that does not start with a slash also starts at the root.
 */
public final class TreePaths {
    /** The kernel's limit, MAXSYMLINKS of include/linux/namei.h. */
    public static final int MAX_LINKS = 40;

    private TreePaths() {}

    /** The result of following a path. */
    public sealed interface Resolution {
        /** Every symbolic link on the way, by its own canonical path, in order. */
        List<String> links();
    }

    /**
     * The path exists.
     *
     * @param path canonical: absolute, without links, "." or ".."
     */
    public record Found(String path, FileNode node, List<String> links) implements Resolution {}

    /**
     * The path does not exist or cannot be followed.
     *
     * @param path the canonical path of the component that failed
     */
    public record NotFound(String path, Reason reason, List<String> links) implements Resolution {
        public enum Reason {
            /** ENOENT. */
            MISSING,
            /** ENOTDIR: a component before the last one is not a directory. */
            NOT_A_DIRECTORY,
            /** ELOOP. */
            TOO_MANY_LINKS
        }
    }

    /** Follows every link, including the last component (stat(2)). */
    public static Resolution resolve(FileTree tree, String path) throws IOException, CrossbuildException {
        return new Walk(tree).walk(path, true);
    }

    /** Follows every link except the last component (lstat(2)). */
    public static Resolution resolveNoFollow(FileTree tree, String path) throws IOException, CrossbuildException {
        return new Walk(tree).walk(path, false);
    }

    /** The file that a path leads to, if there is one. */
    public static Optional<FileNode> find(FileTree tree, String path) throws IOException, CrossbuildException {
        return resolve(tree, path) instanceof Found found ? Optional.of(found.node()) : Optional.empty();
    }

    /** Joins a canonical directory path and a name. */
    public static String join(String directory, String name) {
        return directory.equals("/") ? "/" + name : directory + "/" + name;
    }

    /** The directory part of a canonical path; "/" for "/". */
    public static String parent(String path) {
        int slash = path.lastIndexOf('/');
        return slash <= 0 ? "/" : path.substring(0, slash);
    }

    /** The last component of a path. */
    public static String name(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static final class Walk {
        private final FileTree tree;
        private final Set<String> links = new LinkedHashSet<>();
        private final Deque<String> rest = new ArrayDeque<>();
        // The names of the components above and the file of each. The path is composed only on request: a tree in which
        // links add thousands of components to each other must not cost quadratic time.
        private final List<String> names = new ArrayList<>();
        private final List<FileNode> nodes = new ArrayList<>();
        private int followed;

        Walk(FileTree tree) {
            this.tree = tree;
        }

        Resolution walk(String path, boolean followLast) throws IOException, CrossbuildException {
            pushComponents(path);
            while (!rest.isEmpty()) {
                String name = rest.pop();
                FileNode at = nodes.isEmpty() ? tree.root() : last(nodes);
                if (!at.isDirectory()) {
                    return notFound(path(), NotFound.Reason.NOT_A_DIRECTORY);
                }
                if (name.equals("..")) {
                    ascend();
                } else if (!name.equals(".")) {
                    Optional<NotFound> failure = descend(at, name, followLast || !rest.isEmpty());
                    if (failure.isPresent()) {
                        return failure.get();
                    }
                }
            }
            return new Found(path(), nodes.isEmpty() ? tree.root() : last(nodes), List.copyOf(links));
        }

        private Optional<NotFound> descend(FileNode directory, String name, boolean follow)
                throws IOException, CrossbuildException {
            Optional<FileNode> child = tree.child(directory, name);
            if (child.isEmpty()) {
                return Optional.of(notFound(join(path(), name), NotFound.Reason.MISSING));
            }
            if (!child.get().isSymlink() || !follow) {
                names.add(name);
                nodes.add(child.get());
                return Optional.empty();
            }
            String link = join(path(), name);
            followed++;
            if (followed > MAX_LINKS) {
                return Optional.of(notFound(link, NotFound.Reason.TOO_MANY_LINKS));
            }
            links.add(link);
            String target = tree.linkTarget(child.get());
            if (target.isEmpty()) {
                return Optional.of(notFound(link, NotFound.Reason.MISSING));
            }
            pushComponents(target);
            if (target.startsWith("/")) {
                names.clear();
                nodes.clear();
            }
            return Optional.empty();
        }

        private void ascend() {
            if (!nodes.isEmpty()) {
                names.remove(names.size() - 1);
                nodes.remove(nodes.size() - 1);
            }
        }

        private String path() {
            return "/" + String.join("/", names);
        }

        private NotFound notFound(String path, NotFound.Reason reason) {
            return new NotFound(path, reason, List.copyOf(links));
        }

        private void pushComponents(String path) {
            // A trailing slash requires a directory: "." makes the walk check that and follow a last link.
            if (path.endsWith("/")) {
                rest.push(".");
            }
            String[] parts = path.split("/");
            for (int i = parts.length - 1; i >= 0; i--) {
                if (!parts[i].isEmpty()) {
                    rest.push(parts[i]);
                }
            }
        }

        private static FileNode last(List<FileNode> nodes) {
            return nodes.get(nodes.size() - 1);
        }
    }
}
