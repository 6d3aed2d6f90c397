// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Something that a request needs is not yet in the store: an environment, or the layer of a step. */
public final class NotBuiltException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    /**
     * Something that is not in the store.
     *
     * @param message in the form of {@link CrossbuildException}
     * @param advice what the user can do; null if nothing is known
     */
    public NotBuiltException(String message, @Nullable Advice advice) {
        super(message, advice);
    }

    /**
     * For the lines of a build file.
     *
     * @param buildFile the file with the lines
     * @param problem what is missing, in the form {@code <found> (expected <wanted>)}
     * @param advice what the user can do
     */
    public static NotBuiltException of(Path buildFile, String problem, Advice advice) {
        return new NotBuiltException("Cannot use '" + buildFile + "': " + problem, advice);
    }
}
