// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;

/**
 * A name for which different addons bring different files. Within a process the first file loaded is used for all of
 * them, so the result depends on the order in which the program opens its addons.
 *
 * @param name the soname
 * @param paths the files, each with the addon that leads to it
 */
public record SonameConflict(String name, List<Candidate> paths) {
    public SonameConflict {
        paths = List.copyOf(paths);
    }

    /**
     * One of the files.
     *
     * @param path its path in the tree
     * @param root path of the addon that leads to it
     */
    public record Candidate(String path, String root) {}
}
