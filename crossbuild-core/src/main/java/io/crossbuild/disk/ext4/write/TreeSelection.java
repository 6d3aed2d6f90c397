// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import io.crossbuild.tree.FileNode;

/** Which files of a tree are written, and with which permissions. */
public interface TreeSelection {
    /** Every file as it is. */
    TreeSelection ALL = new TreeSelection() {};

    /**
     * Whether a file is written; if it is a directory that is not, nothing in it is.
     *
     * @param path its path in the tree, beginning with a slash
     */
    default boolean takes(String path, FileNode node) {
        return true;
    }

    /** The permission bits with set-user-ID, set-group-ID and sticky. */
    default int permissions(FileNode node) {
        return node.permissions();
    }
}
