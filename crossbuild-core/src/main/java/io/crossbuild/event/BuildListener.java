// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

/**
 * Receives what happens, in order per thread. It may be called from any thread, several at a time, and must not block.
 *
 * <p>A request is {@code (phase | step | event)*}. Phases are nested:
 *
 * <ul>
 *   <li>phase: {@code PhaseStarted (phase | PhaseOutput | event)* PhaseFinished}, both of an equal {@link Phase}; one that
 *       fails has no {@code PhaseFinished}
 *   <li>step: {@code StepStarted (InputCopied | StepOutput | event)* StepFinished}, or one {@code StepSkipped}; one that
 *       fails has no {@code StepFinished}
 *   <li>event: {@code Transfer}, a {@link Warning} or any other one
 * </ul>
 *
 * <p>A machine starts on a thread of its own, so its phases may be within other phases, or between steps.
 */
@FunctionalInterface
public interface BuildListener {
    /** A listener that drops every event. */
    BuildListener NONE = event -> {};

    void onEvent(BuildEvent event);
}
