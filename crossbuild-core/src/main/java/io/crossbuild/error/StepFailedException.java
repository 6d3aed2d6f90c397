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

    public StepFailedException(
            String message, @Nullable Advice advice, @Nullable Path logFile, Path buildFile, int line, int exitStatus) {
        super(message, advice, logFile, null);
        this.buildFile = buildFile.toString();
        this.line = line;
        this.exitStatus = exitStatus;
    }

    public Path buildFile() {
        return Path.of(buildFile);
    }

    /** The step's first line in the build file, from 1. */
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
