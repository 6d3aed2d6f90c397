// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.NameCodec;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Finds all files to be written, and gives them their numbers. Devices, pipes and sockets are left out. */
final class TreeScan {
    private static final int ROOT = 2;

    private final FileTree tree;
    private final TreeSelection selection;
    private final List<NewInode> inodes = new ArrayList<>();
    private final Map<Long, NewInode> linked = new HashMap<>();
    private final Deque<Place> directories = new ArrayDeque<>();

    private record Place(String path, NewInode inode) {}

    private TreeScan(FileTree tree, TreeSelection selection) {
        this.tree = tree;
        this.selection = selection;
    }

    /** All files, the root first, in the order of their numbers. */
    static List<NewInode> of(FileTree tree, TreeSelection selection) throws IOException, CrossbuildException {
        TreeScan scan = new TreeScan(tree, selection);
        scan.run();
        return scan.inodes;
    }

    private void run() throws IOException, CrossbuildException {
        FileNode root = tree.root();
        NewInode top = new NewInode(root, ROOT, ROOT, selection.permissions(root), new byte[0]);
        inodes.add(top);
        directories.push(new Place("/", top));
        while (!directories.isEmpty()) {
            Place directory = directories.pop();
            for (FileTree.Entry entry : tree.children(directory.inode().node())) {
                String path = TreePaths.join(directory.path(), entry.name());
                if (isFile(entry.node()) && selection.takes(path, entry.node())) {
                    add(directory.inode(), path, entry);
                }
            }
        }
    }

    private static boolean isFile(FileNode node) {
        return node.isRegular() || node.isDirectory() || node.isSymlink();
    }

    private void add(NewInode directory, String path, FileTree.Entry entry) throws IOException, CrossbuildException {
        FileNode node = entry.node();
        NewInode inode = node.isDirectory() ? null : linked.get(node.id());
        if (inode == null) {
            byte[] target = node.isSymlink() ? NameCodec.encode(tree.linkTarget(node)) : new byte[0];
            int number = Geometry.FIRST_INODE + inodes.size() - 1;
            inode = new NewInode(node, number, directory.number(), selection.permissions(node), target);
            inodes.add(inode);
            if (node.links() > 1 && !node.isDirectory()) {
                linked.put(node.id(), inode);
            }
        } else {
            inode.addName();
        }
        directory.children().add(new NewInode.Child(NameCodec.encode(entry.name()), inode));
        if (node.isDirectory()) {
            directories.push(new Place(path, inode));
        }
    }
}
