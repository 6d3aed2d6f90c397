// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.plan.PlannedFile;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The place of a planned file on the host, and what is there now.
 *
 * @param path inside the target root, without links on the way
 * @param existing what is there, without following links; null for nothing
 * @param obstacle whether what is there has a different type and was written by an earlier extraction, so that it is
 *     removed
 */
record Placement(PlannedFile file, Path path, @Nullable BasicFileAttributes existing, boolean obstacle) {
    /** Whether something is there that stays or is replaced by a single rename. */
    boolean exists() {
        return existing != null && !obstacle;
    }
}
