// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import org.jspecify.annotations.Nullable;

/** Data that differs from what its publisher signed: a wrong digest, a bad signature, an expired release. */
public final class UntrustedException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    public UntrustedException(String message, @Nullable Advice advice) {
        super(message, advice);
    }

    public UntrustedException(String message, @Nullable Advice advice, @Nullable Throwable cause) {
        super(message, advice, cause);
    }
}
