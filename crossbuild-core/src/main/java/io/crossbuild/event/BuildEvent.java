// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Something that happened. */
public sealed interface BuildEvent {

    /** A part of the work began, such as "Installing environment" of "trixie/amd64". */
    record PhaseStarted(String name, String detail) implements BuildEvent {}

    /** A part of the work ended well. */
    record PhaseFinished(String name, String detail, Duration elapsed) implements BuildEvent {}

    /** A part of the work was not needed. */
    record PhaseSkipped(String name, String reason) implements BuildEvent {}

    /**
     * Progress of one transfer. Per transfer: {@code STARTED PROGRESSED* (SUCCEEDED | FAILED)}; transfers interleave.
     *
     * @param doneBytes bytes so far
     * @param totalBytes bytes in all; -1 when not known
     */
    record Transfer(State state, URI uri, long doneBytes, long totalBytes) implements BuildEvent {
        public enum State {
            STARTED,
            PROGRESSED,
            SUCCEEDED,
            FAILED
        }
    }

    /**
     * A step begins to run. {@code number} counts from 1 to {@code total}.
     *
     * @param reason why it is not taken from the store, such as "always"
     */
    record StepStarted(int number, int total, String text, String reason) implements BuildEvent {}

    /** One line that a running step printed, without its line end. */
    record StepOutput(int number, Stream stream, String line) implements BuildEvent {
        public enum Stream {
            OUT,
            ERR
        }
    }

    /** A step ran and ended with status zero. */
    record StepFinished(int number, int total, Duration elapsed) implements BuildEvent {}

    /**
     * A step was not run, since the store holds its layer.
     *
     * @param took how long it ran when the layer was made
     */
    record StepSkipped(int number, int total, String text, Duration took) implements BuildEvent {}

    /** Something that the user should look at but that does not end the build. */
    record Warning(String text, @Nullable String hint) implements BuildEvent {
        public Warning {
            Objects.requireNonNull(text);
        }
    }

    /** Something worth a line. */
    record Note(String text) implements BuildEvent {}
}
