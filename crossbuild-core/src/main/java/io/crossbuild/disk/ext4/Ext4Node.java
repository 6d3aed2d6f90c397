// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileType;
import java.time.Instant;

/** @param id the inode number */
record Ext4Node(
        long id, FileType type, int permissions, long uid, long gid, long sizeBytes, Instant modified, int links)
        implements FileNode {
    static Ext4Node of(Inode inode) {
        return new Ext4Node(
                inode.number(),
                inode.type(),
                inode.permissions(),
                inode.uid(),
                inode.gid(),
                inode.sizeBytes(),
                inode.modified(),
                inode.links());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Ext4Node node && node.id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }
}
