// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import org.jspecify.annotations.Nullable;

/** Something required of the host is missing: QEMU, disk space, a file system with links. */
public final class HostRequirementException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    public HostRequirementException(String message, @Nullable Advice advice) {
        super(message, advice);
    }

    public HostRequirementException(String message, @Nullable Advice advice, @Nullable Throwable cause) {
        super(message, advice, cause);
    }
}
