// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import org.jspecify.annotations.Nullable;

/** A program that would not start from the files selected: a library, an interpreter or a version of a symbol is missing. */
public final class ClosureException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    public ClosureException(String message, @Nullable Advice advice) {
        super(message, advice);
    }
}
