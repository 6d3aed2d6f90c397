// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;

/**
 * A path that the kernel or the loader opens successfully.
 *
 * @param path absolute, as it is opened: it may contain symbolic links and ".."
 * @param canonicalPath the regular file that it leads to
 * @param links the canonical path of every symbolic link on the way, including links to directories; a copy needs all
 *     of them
 * @param reason the first reason found
 */
public record OpenedFile(String path, String canonicalPath, List<String> links, OpenReason reason) {
    public OpenedFile {
        links = List.copyOf(links);
    }
}
