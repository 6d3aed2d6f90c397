// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import org.jspecify.annotations.Nullable;

/** Data that differs from what its publisher signed: a wrong digest, a bad signature, an expired release. */
public final class UntrustedException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    /**
     * Rejected data.
     *
     * @param message in the form of {@link CrossbuildException}
     * @param advice what the user can do; null if nothing is known
     */
    public UntrustedException(String message, @Nullable Advice advice) {
        super(message, advice);
    }

    /**
     * Rejected data, with the failure that revealed it.
     *
     * @param message in the form of {@link CrossbuildException}
     * @param advice what the user can do; null if nothing is known
     * @param cause null if there is none
     */
    public UntrustedException(String message, @Nullable Advice advice, @Nullable Throwable cause) {
        super(message, advice, cause);
    }
}
