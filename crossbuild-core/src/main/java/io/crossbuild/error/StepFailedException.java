// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A line of build.txt that ended with a non-zero status, or did not end in time. */
public final class StepFailedException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    private final String buildFile;
    private final int line;
    private final int exitStatus;

    /**
     * A failed step.
     *
     * @param message in the form of {@link CrossbuildException}, with the last lines of the output
     * @param advice what the user can do; null if nothing is known
     * @param logFile the log with further details; null if there is none
     * @param buildFile the build file, or what requests a copy that failed
     * @param line the step's first line in the build file, from 1; 0 for a copy and for a step that crossbuild adds
     * @param exitStatus see {@link #exitStatus()}
     */
    public StepFailedException(
            String message, @Nullable Advice advice, @Nullable Path logFile, Path buildFile, int line, int exitStatus) {
        super(message, advice, logFile, null);
        this.buildFile = buildFile.toString();
        this.line = line;
        this.exitStatus = exitStatus;
    }

    /** The build file; for a copy that failed, what requests it, such as a POM. */
    public Path buildFile() {
        return Path.of(buildFile);
    }

    /** The step's first line in the build file, from 1; 0 for a copy and for a step that crossbuild adds. */
    public int line() {
        return line;
    }

    /**
     * The status returned by the shell; 128 plus the signal's number for a command ended by a signal; -1 for a timeout.
     */
    public int exitStatus() {
        return exitStatus;
    }
}
