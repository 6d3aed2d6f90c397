// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.util.Optional;

/** The type of a file, as in {@code st_mode} of inode(7). */
public enum FileType {
    REGULAR(0x8000),
    DIRECTORY(0x4000),
    SYMLINK(0xA000),
    CHARACTER_DEVICE(0x2000),
    BLOCK_DEVICE(0x6000),
    FIFO(0x1000),
    SOCKET(0xC000);

    private static final int MASK = 0xF000;

    private final int modeBits;

    FileType(int modeBits) {
        this.modeBits = modeBits;
    }

    /** The type's bits of {@code st_mode}: {@code S_IFREG} and so on. */
    public int modeBits() {
        return modeBits;
    }

    /** The type in an {@code st_mode}; other bits are ignored. */
    public static Optional<FileType> ofMode(int mode) {
        for (FileType type : values()) {
            if (type.modeBits == (mode & MASK)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}
