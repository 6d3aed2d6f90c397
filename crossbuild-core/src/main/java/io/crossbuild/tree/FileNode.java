// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.time.Instant;

/**
 * One file of a {@link FileTree}, identified by inode, not by name: two hard links have equal nodes.
 *
 * <p>Valid only with the tree that returned it.
 */
public interface FileNode {
    /**
     * The file's identity in its tree: equal for hard links, different otherwise. Trees of one file system use the
     * inode number.
     */
    long id();

    FileType type();

    /** The permission bits with set-user-ID, set-group-ID and sticky: {@code st_mode & 07777}. */
    int permissions();

    long uid();

    long gid();

    /** Length of the content in bytes; for a symbolic link that of its target. */
    long sizeBytes();

    Instant modified();

    /** The number of the file's names; 1 where the tree does not know. */
    int links();

    default boolean isDirectory() {
        return type() == FileType.DIRECTORY;
    }

    default boolean isRegular() {
        return type() == FileType.REGULAR;
    }

    default boolean isSymlink() {
        return type() == FileType.SYMLINK;
    }
}
