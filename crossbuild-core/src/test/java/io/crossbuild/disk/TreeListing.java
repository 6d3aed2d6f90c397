// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk;

import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Everything that a tree reports about its files, one line each, so that two trees can be compared. */
public final class TreeListing {
    private final FileTree tree;
    private final boolean withContents;
    private final List<String> lines = new ArrayList<>();
    private final Map<Long, String> firstNames = new HashMap<>();

    private TreeListing(FileTree tree, boolean withContents) {
        this.tree = tree;
        this.withContents = withContents;
    }

    /** Every file below the root, except /lost+found, which mke2fs makes. */
    public static List<String> of(FileTree tree) throws Exception {
        return list(new TreeListing(tree, true));
    }

    /** The same without data that has no checksum: the contents of files and the targets of links. */
    public static List<String> withoutContents(FileTree tree) throws Exception {
        return list(new TreeListing(tree, false));
    }

    private static List<String> list(TreeListing listing) throws Exception {
        FileTree tree = listing.tree;
        Deque<FileTree.Entry> directories = new ArrayDeque<>();
        directories.push(new FileTree.Entry("/", tree.root()));
        while (!directories.isEmpty()) {
            FileTree.Entry directory = directories.pop();
            for (FileTree.Entry child : tree.children(directory.node())) {
                String path = TreePaths.join(directory.name(), child.name());
                if (path.equals("/lost+found")) {
                    continue;
                }
                listing.add(path, child.node());
                if (child.node().isDirectory()) {
                    directories.push(new FileTree.Entry(path, child.node()));
                }
            }
        }
        listing.lines.sort(null);
        return listing.lines;
    }

    private void add(String path, FileNode node) throws Exception {
        String what = "";
        if (node.isSymlink()) {
            what = node.sizeBytes() + (withContents ? " -> " + tree.linkTarget(node) : "");
        } else if (node.isRegular()) {
            what = node.sizeBytes() + (withContents ? " " + digest(node) : "");
        }
        String same = node.isDirectory() ? "" : " as " + firstNames.computeIfAbsent(node.id(), id -> path);
        lines.add("%s %s %04o %d:%d %d x%d %s%s"
                .formatted(
                        path,
                        node.type(),
                        node.permissions(),
                        node.uid(),
                        node.gid(),
                        node.modified().getEpochSecond(),
                        node.isDirectory() ? 0 : node.links(),
                        what,
                        same));
    }

    private String digest(FileNode node) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        ByteBuffer buffer = ByteBuffer.allocate(1 << 18);
        try (FileContent content = tree.open(node)) {
            long at = 0;
            while (true) {
                int read = content.read(buffer.clear(), at);
                if (read < 0) {
                    break;
                }
                digest.update(buffer.flip());
                at += read;
            }
        }
        return HexFormat.of().formatHex(digest.digest(), 0, 8);
    }
}
