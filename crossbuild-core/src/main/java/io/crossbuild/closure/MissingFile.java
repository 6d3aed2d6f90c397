// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;

/**
 * A name that no file was found for.
 *
 * @param root path of the program or addon that cannot start or be opened because of it
 * @param requester path of the object that asked
 * @param name as asked
 * @param probed every path tried, in order
 */
public record MissingFile(String root, String requester, String name, List<ProbedPath> probed) {
    public MissingFile {
        probed = List.copyOf(probed);
    }
}
