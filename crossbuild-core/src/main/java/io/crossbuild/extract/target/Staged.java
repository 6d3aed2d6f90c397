// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.extract.manifest.ContentDigest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that is ready to be moved into place.
 *
 * @param content the path of its content until it is moved into place; null if the target root already has it
 */
record Staged(
        Placement placement,
        ContentDigest digest,
        long sizeBytes,
        @Nullable Path content) {}
