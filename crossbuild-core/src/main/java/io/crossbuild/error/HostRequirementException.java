// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import org.jspecify.annotations.Nullable;

/** Something required of the host is missing: QEMU, disk space, a file system with links. */
public final class HostRequirementException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    /**
     * A missing requirement.
     *
     * @param message in the form of {@link CrossbuildException}
     * @param advice what the user can do; null if nothing is known
     */
    public HostRequirementException(String message, @Nullable Advice advice) {
        super(message, advice);
    }

    /**
     * A missing requirement, with the failure that revealed it.
     *
     * @param message in the form of {@link CrossbuildException}
     * @param advice what the user can do; null if nothing is known
     * @param cause null if there is none
     */
    public HostRequirementException(String message, @Nullable Advice advice, @Nullable Throwable cause) {
        super(message, advice, cause);
    }
}
