// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is to be removed from a store, beside what no build can use any more.
 *
 * @param unusedFor whatever was not used for so long
 * @param layersAtMost the layers that were used least recently, until all others take at most so many bytes on disk
 * @param dryRun say what would be removed and remove nothing
 */
public record PruneRequest(Optional<Duration> unusedFor, OptionalLong layersAtMost, boolean dryRun) {}
