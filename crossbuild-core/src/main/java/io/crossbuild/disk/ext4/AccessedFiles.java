// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files of a file system that were read within a time: regular files, directories and symbolic links whose
 * time of access is in it. A new file has its time of creation as its time of access: it counts if it was read later.
 */
public final class AccessedFiles {
    /** More than any program reads; a damaged image may claim any number. */
    static final int MAX_FILES = 250_000;

    private static final int MAX_CHARACTERS = 32 << 20;

    /** PATH_MAX of limits.h: what has a longer path cannot be opened by it. */
    private static final int LONGEST_PATH = 4096;

    private final Ext4FileTree tree;
    private final AccessWindow window;
    private final SortedMap<String, FileType> found = new TreeMap<>();
    private final Deque<Place> open = new ArrayDeque<>();
    private int characters;

    /** A directory. Paths are composed only on request: a damaged image may have many long ones. */
    private record Place(@Nullable Place above, String name, int length, FileNode directory) {
        String path() {
            return above == null ? "/" : TreePaths.join(above.path(), name);
        }
    }

    private AccessedFiles(Ext4FileTree tree, AccessWindow window) {
        this.tree = tree;
        this.window = window;
    }

    /**
     * All files with a time of access in the window, under each of their names.
     *
     * @throws CrossbuildException when there are too many, or the file system is malformed
     */
    public static SortedMap<String, FileType> find(Ext4FileTree tree, AccessWindow window)
            throws IOException, CrossbuildException {
        AccessedFiles files = new AccessedFiles(tree, window);
        files.walk();
        return files.found;
    }

    private void walk() throws IOException, CrossbuildException {
        if (isRead(tree.root())) {
            add("/", FileType.DIRECTORY);
        }
        open.push(new Place(null, "", 0, tree.root()));
        while (!open.isEmpty()) {
            Place place = open.pop();
            for (FileTree.Entry entry : tree.children(place.directory())) {
                visit(place, entry);
            }
        }
    }

    private void visit(Place place, FileTree.Entry entry) throws IOException, CrossbuildException {
        FileNode node = entry.node();
        int length = place.length() + 1 + entry.name().length();
        if (length >= LONGEST_PATH) {
            return;
        }
        if (node.isDirectory()) {
            open.push(new Place(place, entry.name(), length, node));
        }
        if ((node.isRegular() || node.isDirectory() || node.isSymlink()) && isRead(node)) {
            add(TreePaths.join(place.path(), entry.name()), node.type());
        }
    }

    private void add(String path, FileType type) throws CrossbuildException {
        characters += path.length();
        if (found.size() == MAX_FILES || characters > MAX_CHARACTERS) {
            throw new CrossbuildException("Cannot list what was read: " + found.size()
                    + " files and more (expected at most " + MAX_FILES + " with paths of " + MAX_CHARACTERS
                    + " characters together)");
        }
        found.put(path, type);
    }

    private boolean isRead(FileNode node) throws IOException, CrossbuildException {
        Inode inode = tree.inode(node);
        Instant accessed = inode.accessed();
        if (!inode.hasPreciseAccessTime()) {
            // In whole seconds, the first one may have begun before the window.
            return !accessed.isBefore(window.after().truncatedTo(ChronoUnit.SECONDS))
                    && !accessed.isAfter(window.until());
        }
        return window.contains(accessed)
                && inode.created().map(accessed::isAfter).orElse(true);
    }
}
