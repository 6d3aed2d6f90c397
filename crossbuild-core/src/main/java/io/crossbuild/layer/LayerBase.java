// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.environment.Environment;
import java.nio.file.Path;

/** Something on which a step can run: an environment or a layer. */
public sealed interface LayerBase permits LayerBase.OfEnvironment, Layer {
    /** The key from which the keys of the following steps are derived. */
    String key();

    Path disk();

    String release();

    StepState state();

    Layer.Parent asParent();

    /** Identifies this run of the step or this installation: see {@link Layer} and {@link Environment}. */
    default String id() {
        return asParent().id();
    }

    /** An environment in which no step has run. */
    record OfEnvironment(Environment environment) implements LayerBase {
        @Override
        public String key() {
            return environment.key();
        }

        @Override
        public Path disk() {
            return environment.disk();
        }

        @Override
        public String release() {
            return environment.release();
        }

        @Override
        public StepState state() {
            return StepState.INITIAL;
        }

        @Override
        public Layer.Parent asParent() {
            return new Layer.Parent(true, environment.key(), environment.id());
        }
    }
}
