// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A program that was run in a target root and did not end with status 0, or not in time. */
public final class ProgramFailedException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    private final int exitStatus;

    /**
     * A failed program.
     *
     * @param message in the form of {@link CrossbuildException}
     * @param advice what the user can do; null if nothing is known
     * @param logFile the log with its output; null if there is none
     * @param exitStatus see {@link #exitStatus()}
     */
    public ProgramFailedException(String message, @Nullable Advice advice, @Nullable Path logFile, int exitStatus) {
        super(message, advice, logFile, null);
        this.exitStatus = exitStatus;
    }

    /** The program's status; 128 plus the signal's number for a program ended by a signal; -1 for a timeout. */
    public int exitStatus() {
        return exitStatus;
    }
}
