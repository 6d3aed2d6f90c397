// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Selected files that would not start, or not where they should: a library, an interpreter or a version of a symbol is
 * missing, or is newer than allowed.
 */
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

    /**
     * A failure with several pieces of advice.
     *
     * @param message as above
     * @param advice what the user can do
     */
    public ClosureException(String message, List<Advice> advice) {
        super(message, advice, null, null);
    }
}
