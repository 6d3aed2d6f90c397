// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.environment.Environment;
import java.nio.file.Path;

/** Something that a step can be run on. */
public sealed interface LayerBase permits LayerBase.OfEnvironment, Layer {
    /** The key that the keys of the steps that follow are derived from. */
    String key();

    Path disk();

    String release();

    StepState state();

    Layer.Parent asParent();

    /** Of this one making of it: see {@link Layer} and {@link Environment}. */
    default String id() {
        return asParent().id();
    }

    /** An environment that no step has run in. */
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
