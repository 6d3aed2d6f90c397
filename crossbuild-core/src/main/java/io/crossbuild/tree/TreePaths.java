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
 * absolute link starts again at the tree's root, ".." at the root stays there, and no more than 40 links are followed.
 */
public final class TreePaths {
    /** The kernel's limit, MAXSYMLINKS of include/linux/namei.h. */
    public static final int MAX_LINKS = 40;

    private TreePaths() {}

    /** What a path led to. */
    public sealed interface Resolution {
        /** Every symbolic link crossed, by its own canonical path, in the order met. */
        List<String> links();
    }

    /**
     * The path exists.
     *
     * @param path canonical: absolute, without links, "." or ".."
     */
    public record Found(String path, FileNode node, List<String> links) implements Resolution {}

    /**
     * The path does not exist or cannot be walked.
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

    /** Follows every link, the last component's too (stat(2)). */
    public static Resolution resolve(FileTree tree, String path) throws IOException, CrossbuildException {
        return new Walk(tree).walk(path, true);
    }

    /** Follows every link but that of the last component (lstat(2)). */
    public static Resolution resolveNoFollow(FileTree tree, String path) throws IOException, CrossbuildException {
        return new Walk(tree).walk(path, false);
    }

    /** The file that a path leads to, if it leads to one. */
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
        private int followed;

        Walk(FileTree tree) {
            this.tree = tree;
        }

        Resolution walk(String path, boolean followLast) throws IOException, CrossbuildException {
            Deque<Found> above = new ArrayDeque<>();
            Found at = new Found("/", tree.root(), List.of());
            Deque<String> rest = components(path);
            while (!rest.isEmpty()) {
                String name = rest.pop();
                if (!at.node().isDirectory()) {
                    return notFound(at.path(), NotFound.Reason.NOT_A_DIRECTORY);
                }
                if (name.equals("..")) {
                    at = above.isEmpty() ? at : above.pop();
                    continue;
                }
                if (name.equals(".")) {
                    continue;
                }
                String childPath = join(at.path(), name);
                Optional<FileNode> child = tree.child(at.node(), name);
                if (child.isEmpty()) {
                    return notFound(childPath, NotFound.Reason.MISSING);
                }
                if (child.get().isSymlink() && (followLast || !rest.isEmpty())) {
                    if (++followed > MAX_LINKS) {
                        return notFound(childPath, NotFound.Reason.TOO_MANY_LINKS);
                    }
                    links.add(childPath);
                    String target = tree.linkTarget(child.get());
                    if (target.isEmpty()) {
                        return notFound(childPath, NotFound.Reason.MISSING);
                    }
                    Deque<String> inner = components(target);
                    while (!inner.isEmpty()) {
                        rest.push(inner.removeLast());
                    }
                    if (target.startsWith("/")) {
                        above.clear();
                        at = new Found("/", tree.root(), List.of());
                    }
                    continue;
                }
                above.push(at);
                at = new Found(childPath, child.get(), List.of());
            }
            return new Found(at.path(), at.node(), List.copyOf(links));
        }

        private NotFound notFound(String path, NotFound.Reason reason) {
            return new NotFound(path, reason, List.copyOf(links));
        }

        private static Deque<String> components(String path) {
            List<String> parts = new ArrayList<>();
            for (String part : path.split("/")) {
                if (!part.isEmpty()) {
                    parts.add(part);
                }
            }
            // A trailing slash asks for a directory: "." makes the walk check it and follow a last link.
            if (path.endsWith("/") && !parts.isEmpty()) {
                parts.add(".");
            }
            return new ArrayDeque<>(parts);
        }
    }
}
