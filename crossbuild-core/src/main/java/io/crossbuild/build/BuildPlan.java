// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.event.StepReason;
import io.crossbuild.layer.Layer;
import io.crossbuild.layer.LayerBase;
import io.crossbuild.layer.Layers;
import io.crossbuild.store.BuildDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * For which steps the store has layers.
 *
 * @param base the base on which the first missing step runs
 * @param held the layers of the first steps
 * @param missing the steps that must run
 * @param reason why the first missing step must run; null when none is missing
 * @param forced whether missing steps run even though the store may have layers for them
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

    /** Which steps must run no matter what the store holds. */
    enum Force {
        /** None: any layer in the store is used. */
        NONE,
        /** The steps that the build file marks with {@code #@ always}. */
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

    /** Follows the steps as long as the store has the next step's layer. */
    static BuildPlan of(List<PreparedStep> steps, LayerBase environment, Layers layers, Force force)
            throws CrossbuildException, InterruptedException {
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

    /** A plan whose layers are not removed by other builds as long as a build directory exists. */
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
                if (!Files.exists(environment.disk())) {
                    throw new NotBuiltException(
                            "Cannot use environment '" + environment.disk().getParent()
                                    + "': it was removed while the build was starting (expected it to stay)",
                            AdviceKey.INSTALL_ENVIRONMENT.advice());
                }
                // A layer that was removed before it was held is missing now.
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

    /** Why the missing step with that index runs. */
    StepReason reason(int index) {
        return index == 0 && reason != null ? reason : StepReason.Plain.AFTER_STEP;
    }

    /** Whether the layer of the missing step with that index replaces one that the store may have. */
    boolean replaces(int index) {
        // A step that always runs usually has a layer from an earlier run, and layers on top of the new one are new
        // too.
        return forced
                || missing.subList(0, index + 1).stream()
                        .anyMatch(step -> step.step().isAlwaysRun());
    }
}
