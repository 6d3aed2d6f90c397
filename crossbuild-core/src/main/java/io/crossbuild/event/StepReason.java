// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

/** Why a step is run and not taken from the store. */
public sealed interface StepReason {

    /** The reasons that have nothing to tell but themselves. */
    enum Plain implements StepReason {
        /** The build was asked to run all steps. */
        NO_CACHE,
        /** The build file says to run it always. */
        ALWAYS,
        /** The step, or one before it, is new or changed. */
        NOT_BUILT_BEFORE,
        /** The layer of the step is damaged. */
        LAYER_DAMAGED,
        /** There was a layer of the step, but it was removed. */
        LAYER_GONE,
        /** A step before it was run. */
        AFTER_STEP
    }

    /**
     * Files of the host that it takes along have changed.
     *
     * @param input as the user wrote it, such as "copy src ."
     */
    record InputChanged(String input) implements StepReason {}
}
