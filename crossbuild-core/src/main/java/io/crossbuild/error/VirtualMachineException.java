// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A virtual machine that did not start, stopped answering or died. The message ends with the tail of its log. */
public class VirtualMachineException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    public VirtualMachineException(
            String message, @Nullable Advice advice, @Nullable Path logFile, @Nullable Throwable cause) {
        super(message, advice, logFile, cause);
    }
}
