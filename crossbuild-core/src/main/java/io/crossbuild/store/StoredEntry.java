// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A published directory in the store.
 *
 * @param bytes its size on disk
 * @param lastUsed when it was last used, or published
 * @param held whether a running task is based on it
 */
public record StoredEntry(Store.Kind kind, String key, Path path, long bytes, Instant lastUsed, boolean held) {}
