// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.closure.HintCount;
import java.nio.file.Path;
import java.util.List;

/**
 * The result of an extraction.
 *
 * @param targetRoot absolute
 * @param files regular files, links and directories of this extraction
 * @param written how many of them are new or changed
 * @param removed how many files of earlier extractions were removed
 * @param bytes the total size of the regular files
 * @param manifest the list of everything that was extracted
 * @param runConfiguration a configuration for {@code ops run} from the target root
 * @param left what programs may open at run time and was not requested
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
