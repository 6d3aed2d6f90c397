// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import org.jspecify.annotations.Nullable;

/** A program that would not start from the files selected: a library, an interpreter or a version of a symbol is missing. */
public final class ClosureException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure with one problem or more.
     *
     * @param message in the form of {@link CrossbuildException}; may list several problems, one on each further line
     * @param advice what the user can do; null if nothing is known
     */
    public ClosureException(String message, @Nullable Advice advice) {
        super(message, advice);
    }
}
