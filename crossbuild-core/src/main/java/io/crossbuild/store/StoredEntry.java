// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A published directory, as it is found.
 *
 * @param bytes what it takes on disk
 * @param lastUsed when it was last used, or published
 * @param held whether work that goes on now lies on it
 */
public record StoredEntry(Store.Kind kind, String key, Path path, long bytes, Instant lastUsed, boolean held) {}
