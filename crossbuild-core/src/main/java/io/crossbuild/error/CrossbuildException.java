// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the user can understand and act on.
 *
 * <p>The message has the form {@code <what failed> '<thing>': <found> (expected <wanted>)}: one sentence, no trailing
 * dot. What to do next is not part of the message, but an {@link Advice}, for which the frontend has the words.
 */
public class CrossbuildException extends Exception {
    private static final long serialVersionUID = 1L;

    private final Advice[] advice;
    private final @Nullable String logFile;

    /**
     * A failure without advice, log or cause.
     *
     * @param message in the form described above
     */
    public CrossbuildException(String message) {
        this(message, List.of(), null, null);
    }

    /**
     * A failure with advice.
     *
     * @param message in the form described above
     * @param advice what the user can do; null if nothing is known
     */
    public CrossbuildException(String message, @Nullable Advice advice) {
        this(message, advice, null, null);
    }

    /**
     * A failure with advice and a cause.
     *
     * @param message in the form described above
     * @param advice what the user can do; null if nothing is known
     * @param cause null if there is none
     */
    public CrossbuildException(String message, @Nullable Advice advice, @Nullable Throwable cause) {
        this(message, advice, null, cause);
    }

    /**
     * A failure with advice, a log and a cause.
     *
     * @param message in the form described above
     * @param advice what the user can do; null if nothing is known
     * @param logFile the log with further details; null if there is none
     * @param cause null if there is none
     */
    public CrossbuildException(
            String message, @Nullable Advice advice, @Nullable Path logFile, @Nullable Throwable cause) {
        this(message, advice == null ? List.of() : List.of(advice), logFile, cause);
    }

    CrossbuildException(String message, List<Advice> advice, @Nullable Path logFile, @Nullable Throwable cause) {
        super(message, cause);
        this.advice = advice.toArray(Advice[]::new);
        this.logFile = logFile == null ? null : logFile.toString();
    }

    /** What the user can do about it; more than one only when there are several problems. */
    public final List<Advice> advice() {
        return List.of(advice);
    }

    /** The log with further details. */
    public final Optional<Path> logFile() {
        return Optional.ofNullable(logFile).map(Path::of);
    }
}
