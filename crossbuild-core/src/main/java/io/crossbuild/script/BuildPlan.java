// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import java.util.List;
import java.util.Optional;

/**
 * Which steps the store holds layers of.
 *
 * @param base what the first missing step is to be run on
 * @param held how many steps, counted from the first, have a layer
 * @param missing the steps that must be run
 */
record BuildPlan(Base base, int held, List<Step> missing) {
    BuildPlan {
        missing = List.copyOf(missing);
    }

    /** Follows the build file as long as the store holds the layer of the next step. */
    static BuildPlan of(BuildFile file, Base environment, Layers layers) {
        Base at = environment;
        int held = 0;
        for (Step step : file.steps()) {
            Optional<Layer> next = layers.find(StepKey.of(at.key(), step, at.state()));
            if (next.isEmpty()) {
                break;
            }
            at = next.get();
            held++;
        }
        return new BuildPlan(at, held, file.steps().subList(held, file.steps().size()));
    }

    boolean isComplete() {
        return missing.isEmpty();
    }
}
