// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.closure.HintCount;
import java.nio.file.Path;
import java.util.List;

/**
 * What an extraction left in the target root.
 *
 * @param targetRoot the directory that the files are in
 * @param upToDate whether nothing changed since the last extraction, so that nothing was read or written
 * @param files files, links and directories that the target root now holds of this extraction
 * @param bytes the length of the regular files' contents in all
 * @param removed what an earlier extraction wrote and this one did not
 * @param left what programs may open at run time and was not asked for
 */
public record ExtractionSummary(
        Path targetRoot, boolean upToDate, int files, long bytes, int removed, List<HintCount> left) {
    public ExtractionSummary {
        left = List.copyOf(left);
    }
}
