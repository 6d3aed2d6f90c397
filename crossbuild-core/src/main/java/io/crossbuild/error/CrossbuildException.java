// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A failure that the user can understand and act on.
 *
 * <p>The message has the form {@code <what failed> '<thing>': <found> (expected <wanted>)}: one sentence, no trailing
 * dot. The hint, if any, is an imperative sentence that says what to do next.
 */
public class CrossbuildException extends Exception {
    private static final long serialVersionUID = 1L;

    private final @Nullable String hint;
    private final @Nullable String logFile;

    public CrossbuildException(String message) {
        this(message, null, null, null);
    }

    public CrossbuildException(String message, @Nullable String hint) {
        this(message, hint, null, null);
    }

    public CrossbuildException(String message, @Nullable String hint, @Nullable Throwable cause) {
        this(message, hint, null, cause);
    }

    public CrossbuildException(
            String message, @Nullable String hint, @Nullable Path logFile, @Nullable Throwable cause) {
        super(message, cause);
        this.hint = hint;
        this.logFile = logFile == null ? null : logFile.toString();
    }

    /** What the user can do about it. */
    public final Optional<String> hint() {
        return Optional.ofNullable(hint);
    }

    /** The log that tells more. */
    public final Optional<Path> logFile() {
        return Optional.ofNullable(logFile).map(Path::of);
    }
}
