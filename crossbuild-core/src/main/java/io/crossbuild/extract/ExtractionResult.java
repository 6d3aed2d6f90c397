// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.closure.HintCount;
import java.nio.file.Path;
import java.util.List;

/**
 * What an extraction left in the target root.
 *
 * @param targetRoot absolute
 * @param files regular files, links and directories of this extraction
 * @param written those of them that were not there yet in this form
 * @param removed what an earlier extraction wrote and this one did not
 * @param bytes the length of the regular files' contents in all
 * @param manifest the list of all of it
 * @param runConfiguration a configuration for {@code ops run} from the target root
 * @param left what programs may open at run time and was not asked for
 */
public record ExtractionResult(
        Path targetRoot,
        int files,
        int written,
        int removed,
        long bytes,
        Path manifest,
        Path runConfiguration,
        List<HintCount> left) {
    public ExtractionResult {
        left = List.copyOf(left);
    }
}
