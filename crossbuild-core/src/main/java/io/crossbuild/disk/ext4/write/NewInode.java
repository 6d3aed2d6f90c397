// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import io.crossbuild.tree.FileNode;
import java.util.ArrayList;
import java.util.List;

/** A file to be written, and what is known about it at each stage. */
final class NewInode {
    /** The longest target of a symbolic link that is kept in the inode itself. */
    static final int LONGEST_FAST_LINK = 59;

    private final FileNode node;
    private final int number;
    private final int parent;
    private final int permissions;
    private final byte[] target;
    private final List<Child> children = new ArrayList<>();
    private final List<Extent> extents = new ArrayList<>();
    private int names = 1;
    private long treeBlocks;

    /** An entry of a directory. */
    static final class Child {
        private final byte[] name;
        private final NewInode inode;

        Child(byte[] name, NewInode inode) {
            this.name = name;
            this.inode = inode;
        }

        byte[] name() {
            return name;
        }

        NewInode inode() {
            return inode;
        }
    }

    /**
     * @param parent the number of the directory that contains it; its own number for the root
     * @param target of a symbolic link; empty for other files
     */
    NewInode(FileNode node, int number, int parent, int permissions, byte[] target) {
        this.node = node;
        this.number = number;
        this.parent = parent;
        this.permissions = permissions;
        this.target = target;
    }

    FileNode node() {
        return node;
    }

    int number() {
        return number;
    }

    int parent() {
        return parent;
    }

    int permissions() {
        return permissions;
    }

    byte[] target() {
        return target;
    }

    /** The entries of a directory, without "." and "..". */
    List<Child> children() {
        return children;
    }

    /** Where its content is, in order; without holes, as the whole content has its place. */
    List<Extent> extents() {
        return extents;
    }

    void addName() {
        names++;
    }

    /** The blocks of its extent tree outside the inode. */
    long treeBlocks() {
        return treeBlocks;
    }

    void treeBlocks(long count) {
        treeBlocks = count;
    }

    boolean isFastLink() {
        return node.isSymlink() && target.length <= LONGEST_FAST_LINK;
    }

    /** Names of a file; for a directory its own, ".", and ".." of each directory in it. */
    int links() {
        if (!node.isDirectory()) {
            return names;
        }
        long directories =
                children.stream().filter(c -> c.inode().node().isDirectory()).count();
        // As the kernel does with dir_nlink: 1 means too many to count.
        return directories + 2 > 65_000 ? 1 : (int) directories + 2;
    }

    /** Length of what is stored in blocks. */
    long sizeBytes() {
        if (node.isSymlink()) {
            return target.length;
        }
        return node.isDirectory() ? (long) DirectoryBlocks.count(children) * Geometry.BLOCK : node.sizeBytes();
    }

    /** The blocks of its content. */
    long blocks() {
        return isFastLink() ? 0 : (sizeBytes() + Geometry.BLOCK - 1) / Geometry.BLOCK;
    }
}
