// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.nio.ByteOrder;
import java.util.List;

/**
 * The cache that a copy of the closure must have, because some libraries are found through it alone.
 *
 * @param path where the loader looks for it
 * @param byteOrder that of the loader
 * @param entries the libraries that nothing else leads to
 */
public record NeededCache(String path, ByteOrder byteOrder, List<CacheEntry> entries) {
    public NeededCache {
        entries = List.copyOf(entries);
    }
}
