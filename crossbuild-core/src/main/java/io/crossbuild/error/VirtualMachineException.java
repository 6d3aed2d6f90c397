// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A virtual machine that did not start, stopped answering or died. The message ends with the tail of its log. */
public class VirtualMachineException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure of a machine.
     *
     * @param message in the form of {@link CrossbuildException}, with the last lines of the log if there is one
     * @param advice what the user can do; null if nothing is known
     * @param logFile the log with further details; null if there is none
     * @param cause null if there is none
     */
    public VirtualMachineException(
            String message, @Nullable Advice advice, @Nullable Path logFile, @Nullable Throwable cause) {
        super(message, advice, logFile, cause);
    }
}
