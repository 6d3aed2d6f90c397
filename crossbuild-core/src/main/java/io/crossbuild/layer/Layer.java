// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The changes that one step made to the disk.
 *
 * @param key a digest of everything that determines what the step does
 * @param id identifies this run of the step: running the step again results in a layer with the same key and a
 *     different id
 * @param parent the environment or layer on which it is based
 * @param release the digest of the archive's index from which the package lists come
 * @param took how long the step ran
 * @param trace what the step read; empty unless it was traced
 */
public record Layer(
        String key,
        String id,
        Parent parent,
        String release,
        StepState state,
        Duration took,
        Path disk,
        Optional<StepTrace> trace)
        implements LayerBase {

    /** The base of a layer. The id shows whether it is still the one on which the layer was made. */
    record Parent(boolean environment, String key, String id) {
        // Written out: generating the first equals of a record takes a cold JVM 40 ms.
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

    Layer withTrace(StepTrace value) {
        return new Layer(key, id, parent, release, state, took, disk, Optional.of(value));
    }

    @Override
    public Parent asParent() {
        return new Parent(false, key, id);
    }
}
