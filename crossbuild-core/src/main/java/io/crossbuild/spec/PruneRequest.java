// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What to remove from a store, in addition to what no build can use any more. Start with {@link #UNUSABLE}.
 *
 * @param unusedFor remove everything that has not been used for this long
 * @param layersAtMost remove the least recently used layers, until the others take at most this many bytes on disk
 * @param dryRun report what would be removed, but remove nothing
 */
public record PruneRequest(Optional<Duration> unusedFor, OptionalLong layersAtMost, boolean dryRun) {
    /** Only what no build can use any more. */
    public static final PruneRequest UNUSABLE = new PruneRequest(Optional.empty(), OptionalLong.empty(), false);

    /** The same, and everything that has not been used for this long. */
    public PruneRequest withUnusedFor(Duration value) {
        return new PruneRequest(Optional.of(value), layersAtMost, dryRun);
    }

    /** The same, and layers until the others take at most this many bytes on disk. */
    public PruneRequest withLayersAtMost(long bytes) {
        return new PruneRequest(unusedFor, OptionalLong.of(bytes), dryRun);
    }

    /** The same; if true, reports what would be removed, but removes nothing. */
    public PruneRequest withDryRun(boolean value) {
        return new PruneRequest(unusedFor, layersAtMost, value);
    }
}
