// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question to the loader and its answer: an edge of the graph that leads to every file.
 *
 * @param path the path opened, or that of the object which already had the name
 * @param reason who asked, and the rule that gave the path
 * @param refused the paths tried before it
 */
public record OpenRequest(String path, OpenReason reason, List<ProbedPath> refused) {
    public OpenRequest {
        refused = List.copyOf(refused);
    }

    /** The one that a record gets is made when it is first called, which delays a cold start. */
    @Override
    public int hashCode() {
        return path.hashCode() * 31 + reason.hashCode();
    }

    /** As {@link #hashCode}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof OpenRequest that
                && path.equals(that.path)
                && reason.equals(that.reason)
                && refused.equals(that.refused);
    }
}
