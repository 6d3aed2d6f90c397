// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;

/**
 * A name for which no file was found.
 *
 * @param root path of the program or addon that cannot start or be opened because of it
 * @param requester path of the object that requested it
 * @param name as requested
 * @param probed every path tried, in order
 */
public record MissingFile(String root, String requester, String name, List<ProbedPath> probed) {
    public MissingFile {
        probed = List.copyOf(probed);
    }
}
