// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.plan.PlannedFile;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Where a planned file goes on the host and what is there now.
 *
 * @param path without a link on the way, inside the target root
 * @param existing what is there, not followed; null for nothing
 * @param obstacle whether what is there is of another type and was written by an earlier extraction, so that it goes
 */
record Placement(PlannedFile file, Path path, @Nullable BasicFileAttributes existing, boolean obstacle) {
    /** Whether what is there stays, or is replaced by one rename. */
    boolean exists() {
        return existing != null && !obstacle;
    }
}
