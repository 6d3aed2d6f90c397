// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

/**
 * Receives events, in order per thread. It may be called from any thread, by several at the same time, and must not
 * block.
 *
 * <p>A request is {@code (phase | step | event)*}. Phases are nested:
 *
 * <ul>
 *   <li>phase: {@code PhaseStarted (phase | PhaseOutput | event)* PhaseFinished}, both with an equal {@link Phase};
 *       a phase that fails has no {@code PhaseFinished}
 *   <li>step: {@code StepStarted (InputCopied | StepOutput | event)* StepFinished}, or one {@code StepSkipped};
 *       a step that fails has no {@code StepFinished}
 *   <li>event: {@code Transfer}, a {@link Warning} or any other event
 * </ul>
 *
 * <p>A machine starts on a separate thread, so its phases may be within other phases, or between steps.
 */
@FunctionalInterface
public interface BuildListener {
    /** A listener that drops every event. */
    BuildListener NONE = event -> {};

    /** Receives one event. */
    void onEvent(BuildEvent event);
}
