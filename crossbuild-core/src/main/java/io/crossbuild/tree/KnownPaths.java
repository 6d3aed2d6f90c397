// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Follows paths as {@link TreePaths} does and remembers the place of each directory on the way: for thousands of paths
 * through the same directories. The tree must not change meanwhile. Not safe for use by several threads.
 */
public final class KnownPaths {
    /** Above this limit the answers are forgotten and looked up again, so that a tree of any size fits in memory. */
    private static final int MAX_KEPT = 1 << 16;
    /**
     * Longer paths, and links that lead through this many others, are followed from the root: a thread's stack is
     * bounded.
     */
    private static final int LONGEST = 1000;

    private static final int MAX_NESTED = 4;

    private final FileTree tree;
    private final Map<String, Optional<Place>> directories = new HashMap<>();
    private int nested;

    public KnownPaths(FileTree tree) {
        this.tree = tree;
    }

    /**
     * Where a path leads.
     *
     * @param path canonical: absolute, without links, "." or ".."
     */
    public record Place(String path, FileNode node, int followed) {}

    /** Follows every link (stat(2)); empty when there is no file. */
    public Optional<Place> find(String path) throws IOException, CrossbuildException {
        return Optional.ofNullable(place(path, true));
    }

    /** Follows every link except the last component (lstat(2)). */
    public Optional<Place> findNoFollow(String path) throws IOException, CrossbuildException {
        return Optional.ofNullable(place(path, false));
    }

    /** Like {@link #find}, and remembers the answer; empty also when it is not a directory. */
    public Optional<Place> directory(String path) throws IOException, CrossbuildException {
        Optional<Place> known = directories.get(path);
        if (known == null) {
            Place place = place(path, true);
            known = place == null || !place.node().isDirectory() ? Optional.empty() : Optional.of(place);
            if (directories.size() >= MAX_KEPT) {
                directories.clear();
            }
            directories.put(path, known);
        }
        return known;
    }

    private @Nullable Place place(String path, boolean follow) throws IOException, CrossbuildException {
        if (path.length() > LONGEST) {
            return walk(path, follow);
        }
        int slash = path.lastIndexOf('/');
        String name = path.substring(slash + 1);
        Place above = slash <= 0
                ? new Place("/", tree.root(), 0)
                : directory(path.substring(0, slash)).orElse(null);
        if (above == null || name.isEmpty() || name.equals(".")) {
            return above;
        }
        if (name.equals("..")) {
            Place parent = directory(TreePaths.parent(above.path())).orElseThrow();
            return new Place(parent.path(), parent.node(), above.followed());
        }
        FileNode child = tree.child(above.node(), name).orElse(null);
        if (child == null) {
            return null;
        }
        return follow && child.isSymlink()
                ? linked(path, above, child)
                : new Place(TreePaths.join(above.path(), name), child, above.followed());
    }

    private @Nullable Place linked(String path, Place directory, FileNode link)
            throws IOException, CrossbuildException {
        String target = tree.linkTarget(link);
        if (target.isEmpty() || nested == MAX_NESTED) {
            return walk(path, true);
        }
        nested++;
        try {
            Place place = place(target.startsWith("/") ? target : TreePaths.join(directory.path(), target), true);
            int followed = place == null ? 0 : directory.followed() + 1 + place.followed();
            return place == null || followed > TreePaths.MAX_LINKS
                    ? null
                    : new Place(place.path(), place.node(), followed);
        } finally {
            nested--;
        }
    }

    private @Nullable Place walk(String path, boolean follow) throws IOException, CrossbuildException {
        TreePaths.Resolution resolution =
                follow ? TreePaths.resolve(tree, path) : TreePaths.resolveNoFollow(tree, path);
        return resolution instanceof TreePaths.Found found
                ? new Place(found.path(), found.node(), found.links().size())
                : null;
    }
}
