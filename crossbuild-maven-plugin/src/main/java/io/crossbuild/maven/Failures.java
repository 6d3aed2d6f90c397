// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.error.ClosureException;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.error.ProgramFailedException;
import io.crossbuild.error.StepFailedException;
import io.crossbuild.event.TerminalText;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.stream.Collectors;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;

/** Translates the core's errors to Maven's: the message, then advice and the log on separate lines. */
final class Failures {
    private Failures() {}

    /**
     * Throws a build failure for what the user can fix in the project or on the host, and an execution error otherwise.
     * A known error is not passed as the cause: Maven would print the messages of all causes after the advice.
     *
     * @param shell the command that opens a shell in the state before a failed step
     */
    static void rethrow(Exception e, String shell) throws MojoExecutionException, MojoFailureException {
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            throw new MojoExecutionException("Interrupted");
        }
        if (e instanceof CrossbuildException known) {
            if (known instanceof StepFailedException) {
                throw new MojoFailureException(text(known) + "\nTo look around in the state before it, run: " + shell);
            }
            if (isOfUser(known)) {
                throw new MojoFailureException(text(known));
            }
            throw new MojoExecutionException(text(known));
        }
        // Without the cause, as its text, which Maven would print too, may have a name that the guest has chosen.
        throw new MojoExecutionException(
                shown(e instanceof IOException io ? message(io) : String.valueOf(e.getMessage())));
    }

    private static boolean isOfUser(CrossbuildException e) {
        return e instanceof ConfigException
                || e instanceof ProgramFailedException
                || e instanceof HostRequirementException
                || e instanceof HostDiskException
                || e instanceof ClosureException
                || e instanceof NotBuiltException;
    }

    private static String text(CrossbuildException e) {
        StringBuilder text = new StringBuilder(String.valueOf(e.getMessage()));
        e.advice().forEach(advice -> text.append("\n").append(AdviceWords.of(advice)));
        e.logFile().ifPresent(log -> text.append("\nLog: ").append(log));
        return shown(text.toString());
    }

    /** The guest can choose any file names. */
    private static String shown(String text) {
        return text.lines()
                .map(line -> TerminalText.visible(line.replace("\t", "    ")))
                .collect(Collectors.joining("\n"));
    }

    private static String message(IOException e) {
        String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        // The message of many such exceptions is just the path.
        return e instanceof FileSystemException f && f.getReason() == null
                ? "Cannot read or write '" + f.getFile() + "': " + e.getClass().getSimpleName()
                : "Cannot read or write: " + reason;
    }
}
