// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.closure.HintCount;
import java.nio.file.Path;
import java.util.List;

/**
 * What an extraction left in the target root.
 *
 * @param targetRoot the directory of the files
 * @param upToDate whether nothing changed since the last extraction, so that nothing was read or written
 * @param files number of files, links and directories of this extraction in the target root
 * @param bytes the total size of the regular files
 * @param removed number of files that an earlier extraction wrote and this one removed
 * @param left what programs may open at run time but was not requested
 */
public record ExtractionSummary(
        Path targetRoot, boolean upToDate, int files, long bytes, int removed, List<HintCount> left) {
    public ExtractionSummary {
        left = List.copyOf(left);
    }
}
