// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

/**
 * Receives what happens, in order per thread. It may be called from any thread, several at a time, and must not block.
 *
 * <p>Per phase: {@code PhaseStarted (Transfer | StepStarted | StepOutput | StepFinished | StepSkipped | Warning | Note)*
 * PhaseFinished}; a phase that fails has no {@code PhaseFinished}. Per step: {@code StepStarted StepOutput*
 * StepFinished}, or one {@code StepSkipped}.
 */
@FunctionalInterface
public interface BuildListener {
    /** A listener that drops every event. */
    BuildListener NONE = event -> {};

    void onEvent(BuildEvent event);
}
