// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import java.nio.file.Path;
import java.util.List;

/**
 * The content of the target root after a {@link StagedFiles#commit}.
 *
 * @param files the host path of each file, link and directory of this extraction
 * @param changed how many of them are new or changed
 * @param removed how many files of earlier extractions were removed
 * @param bytes the total size of the regular files
 */
public record Written(List<Path> files, int changed, int removed, long bytes) {
    public Written {
        files = List.copyOf(files);
    }
}
