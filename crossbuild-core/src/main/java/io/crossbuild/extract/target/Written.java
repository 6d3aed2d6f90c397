// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import java.nio.file.Path;
import java.util.List;

/**
 * What is in the target root after a {@link StagedFiles#commit}.
 *
 * @param files each file, link and directory of this extraction, where it is on the host
 * @param changed how many of them were not there yet in this form
 * @param removed how many files of earlier extractions are gone
 * @param bytes the length of the regular files' contents in all
 */
public record Written(List<Path> files, int changed, int removed, long bytes) {
    public Written {
        files = List.copyOf(files);
    }
}
