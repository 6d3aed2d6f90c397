// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is to be removed from a store, in addition to what no build can use any more.
 *
 * @param unusedFor everything that has not been used for this long
 * @param layersAtMost the least recently used layers, until the others take at most this many bytes on disk
 * @param dryRun report what would be removed and remove nothing
 */
public record PruneRequest(Optional<Duration> unusedFor, OptionalLong layersAtMost, boolean dryRun) {}
