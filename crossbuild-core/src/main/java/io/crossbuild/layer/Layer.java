// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one step changed on the disk.
 *
 * @param key a digest of everything that decides what the step does
 * @param id of this one run of the step: run again, a step leaves a layer with the same key and another id
 * @param parent the environment or layer that it lies on
 * @param release the digest of the archive's index that the package lists come from
 * @param took how long the step ran
 */
public record Layer(String key, String id, Parent parent, String release, StepState state, Duration took, Path disk)
        implements LayerBase {

    /** What a layer lies on. The id tells whether the parent is still the one that the layer was made on. */
    record Parent(boolean environment, String key, String id) {
        // Spelled out: the first equals that a record is given takes a cold JVM 40 ms.
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Parent that
                    && environment == that.environment
                    && key.equals(that.key)
                    && id.equals(that.id);
        }

        @Override
        public int hashCode() {
            return id.hashCode();
        }
    }

    @Override
    public Parent asParent() {
        return new Parent(false, key, id);
    }
}
