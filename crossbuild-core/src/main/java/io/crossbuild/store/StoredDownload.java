// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import java.nio.file.Path;
import java.time.Instant;

/**
 * A downloaded file, or a part of one that the next attempt continues.
 *
 * @param lastUsed when it was last used, or written
 */
public record StoredDownload(Path path, long bytes, Instant lastUsed) {}
