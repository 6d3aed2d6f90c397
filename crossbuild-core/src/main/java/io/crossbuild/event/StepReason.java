// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

/** Why a step runs instead of being taken from the store. */
public sealed interface StepReason {

    /** The reasons without further details. */
    enum Plain implements StepReason {
        /** The user requested that all steps run. */
        NO_CACHE,
        /** The build file requires that the step always run. */
        ALWAYS,
        /** The step, or one before it, is new or changed. */
        NOT_BUILT_BEFORE,
        /** The layer of the step is damaged. */
        LAYER_DAMAGED,
        /** There was a layer of the step, but it was removed. */
        LAYER_GONE,
        /** A step before it ran. */
        AFTER_STEP
    }

    /**
     * Files of the host that it copies have changed.
     *
     * @param input as the user wrote it, such as "copy src ."
     */
    record InputChanged(String input) implements StepReason {}
}
