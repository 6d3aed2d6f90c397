// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What one step changed on the disk.
 *
 * @param key see {@link StepKey}
 * @param id of this one run of the step: run again, a step leaves a layer with the same key and another id
 * @param parent the environment or layer that it lies on
 * @param release the digest of the archive's index that the package lists come from
 * @param took how long the step ran
 */
record Layer(String key, String id, Parent parent, String release, StepState state, Duration took, Path disk)
        implements Base {

    /** What a layer lies on. The id tells whether the parent is still the one that the layer was made on. */
    record Parent(boolean environment, String key, String id) {}

    @Override
    public Parent asParent() {
        return new Parent(false, key, id);
    }
}
