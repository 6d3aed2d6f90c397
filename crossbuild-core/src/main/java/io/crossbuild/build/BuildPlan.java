// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.StepReason;
import io.crossbuild.layer.Layer;
import io.crossbuild.layer.LayerBase;
import io.crossbuild.layer.Layers;
import io.crossbuild.store.BuildDirectory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which steps the store holds layers of.
 *
 * @param base what the first missing step is to be run on
 * @param held the layers of the first steps
 * @param missing the steps that must be run
 * @param reason why the first missing step must be run; null when none is missing
 * @param forced whether missing steps are run even though the store may have layers of them
 */
record BuildPlan(
        LayerBase base,
        List<Layer> held,
        List<PreparedStep> missing,
        @Nullable StepReason reason,
        boolean forced) {
    BuildPlan {
        held = List.copyOf(held);
        missing = List.copyOf(missing);
    }

    /** Which steps to run first of all, whatever the store holds. */
    enum Force {
        /** None: what the store holds counts, however it was made. */
        NONE,
        /** The steps that the build file says so of. */
        ALWAYS,
        /** All steps. */
        ALL;

        private @Nullable StepReason reason(PreparedStep step) {
            return switch (this) {
                case NONE -> null;
                case ALWAYS -> step.step().isAlwaysRun() ? StepReason.Plain.ALWAYS : null;
                case ALL -> StepReason.Plain.NO_CACHE;
            };
        }
    }

    /** Follows the steps as long as the store holds the layer of the next step. */
    static BuildPlan of(List<PreparedStep> steps, LayerBase environment, Layers layers, Force force)
            throws CrossbuildException {
        List<Layer> held = new ArrayList<>();
        LayerBase at = environment;
        for (PreparedStep step : steps) {
            String key = StepKey.of(at.key(), step, at.state());
            StepReason forcedBy = force.reason(step);
            Optional<Layer> next = forcedBy == null ? layers.find(key, at) : Optional.empty();
            if (next.isEmpty()) {
                return new BuildPlan(
                        at,
                        held,
                        steps.subList(held.size(), steps.size()),
                        forcedBy != null
                                ? forcedBy
                                : layers.whyMissing(key, step.step().text(), step.inputDigests(), at),
                        forcedBy != null);
            }
            at = next.get();
            held.add(next.get());
        }
        return new BuildPlan(at, held, List.of(), null, false);
    }

    /** A plan whose layers no other build removes as long as a build directory is there. */
    static BuildPlan hold(
            List<PreparedStep> steps, LayerBase environment, Layers layers, Force force, BuildDirectory directory)
            throws CrossbuildException, IOException, InterruptedException {
        while (true) {
            BuildPlan plan = of(steps, environment, layers, force);
            Optional<List<LayerBase>> chain = layers.chain(plan.base());
            if (chain.isPresent()) {
                directory.hold(chain.get().stream()
                        .map(base -> base.disk().getParent())
                        .toList());
                // One that was removed before it was held is missed now.
                if (layers.chain(plan.base()).map(BuildPlan::ids).equals(chain.map(BuildPlan::ids))) {
                    return plan;
                }
            }
        }
    }

    private static List<String> ids(List<LayerBase> chain) {
        return chain.stream().map(LayerBase::id).toList();
    }

    boolean isComplete() {
        return missing.isEmpty();
    }

    /** Why the missing step of that index is run. */
    StepReason reason(int index) {
        return index == 0 && reason != null ? reason : StepReason.Plain.AFTER_STEP;
    }

    /** Whether the layer of the missing step of that index takes the place of one that the store may have. */
    boolean replaces(int index) {
        // A step that is always run has been run before as often as not, and what lies on the new layer is new too.
        return forced
                || missing.subList(0, index + 1).stream()
                        .anyMatch(step -> step.step().isAlwaysRun());
    }
}
