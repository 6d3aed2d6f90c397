// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;

/**
 * A path that the kernel or the loader opens with success.
 *
 * @param path absolute, as it is opened: it may run over symbolic links and hold ".."
 * @param canonicalPath the regular file that it leads to
 * @param links the canonical path of every symbolic link crossed, of directories too; a copy needs them all
 * @param reason the first reason met
 */
public record OpenedFile(String path, String canonicalPath, List<String> links, OpenReason reason) {
    public OpenedFile {
        links = List.copyOf(links);
    }
}
