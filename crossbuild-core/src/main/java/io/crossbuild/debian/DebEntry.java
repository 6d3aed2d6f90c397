// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;

/**
 * One file that a package brings.
 *
 * @param path absolute, without "." or "..", "/" for the root itself; decoded by {@link io.crossbuild.tree.NameCodec}
 * @param link for a symbolic link its target as stored, for a hard link the path of the other name, else empty
 * @param isHardLink one more name for a regular file that came before
 */
public record DebEntry(
        String path, FileType type, FileAttributes attributes, long sizeBytes, String link, boolean isHardLink) {}
