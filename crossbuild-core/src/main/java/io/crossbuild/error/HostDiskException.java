// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A disk of the host that did not accept what a virtual machine wrote: it is full, or failed, or the machine wrote more
 * than it may. The machine was stopped.
 */
public final class HostDiskException extends VirtualMachineException {
    private static final long serialVersionUID = 1L;

    private final String found;
    private final @Nullable Advice advice;

    /**
     * A failure of a disk.
     *
     * @param what what failed because of it, such as "Freezing the disk failed"
     * @param found which disk has which problem
     * @param advice what the user can do; null if nothing is known
     * @param logFile the log with further details; null if there is none
     * @param cause null if there is none
     */
    public HostDiskException(
            String what, String found, @Nullable Advice advice, @Nullable Path logFile, @Nullable Throwable cause) {
        super(what + ": " + found, advice, logFile, cause);
        this.found = found;
        this.advice = advice;
    }

    /**
     * The same problem, with a description of what failed in the user's terms.
     *
     * @param what what failed because of it, such as "Line 3 of 'build.txt' failed"
     * @param logFile the log with further details; null if there is none
     */
    public HostDiskException during(String what, @Nullable Path logFile) {
        return new HostDiskException(what, found, advice, logFile, this);
    }
}
