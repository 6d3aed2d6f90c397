// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;

/**
 * One file in a package.
 *
 * @param path absolute, without "." or "..", "/" for the root itself; decoded by {@link io.crossbuild.tree.NameCodec}
 * @param link for a symbolic link its stored target, for a hard link the path of the other name, otherwise empty
 * @param isHardLink whether this is another name for an earlier regular file
 */
public record DebEntry(
        String path, FileType type, FileAttributes attributes, long sizeBytes, String link, boolean isHardLink) {}
