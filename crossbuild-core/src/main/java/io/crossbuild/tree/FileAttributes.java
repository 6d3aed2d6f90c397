// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.time.Instant;

/**
 * A file's attributes other than its name, type and content.
 *
 * @param permissions {@code st_mode & 07777}
 */
public record FileAttributes(int permissions, long uid, long gid, Instant modified) {
    public FileAttributes {
        if ((permissions & ~0xFFF) != 0) {
            throw new IllegalArgumentException("permissions beyond 07777: " + Integer.toOctalString(permissions));
        }
    }

    /** Owned by root and modified at the epoch. */
    public static FileAttributes of(int permissions) {
        return new FileAttributes(permissions, 0, 0, Instant.EPOCH);
    }
}
