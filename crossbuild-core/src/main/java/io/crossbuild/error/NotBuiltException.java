// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Something that a request needs is not yet in the store: an environment, or the layer of a step. */
public final class NotBuiltException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    /** @param message in the form of {@link CrossbuildException} */
    public NotBuiltException(String message, @Nullable Advice advice) {
        super(message, advice);
    }

    /**
     * For the lines of a build file.
     *
     * @param problem what is missing, in the form {@code <found> (expected <wanted>)}
     */
    public static NotBuiltException of(Path buildFile, String problem, Advice advice) {
        return new NotBuiltException("Cannot use '" + buildFile + "': " + problem, advice);
    }
}
