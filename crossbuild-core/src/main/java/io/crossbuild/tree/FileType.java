// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

/** The type of a file, as in {@code st_mode} of inode(7). */
public enum FileType {
    REGULAR,
    DIRECTORY,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    SOCKET
}
