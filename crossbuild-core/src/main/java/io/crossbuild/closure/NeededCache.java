// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.nio.ByteOrder;
import java.util.List;

/**
 * The cache that a copy of the closure must have, because some libraries are found only through it.
 *
 * @param path where the loader looks for it
 * @param byteOrder the loader's
 * @param entries the libraries that are found in no other way
 */
public record NeededCache(String path, ByteOrder byteOrder, List<CacheEntry> entries) {
    public NeededCache {
        entries = List.copyOf(entries);
    }
}
