// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import org.jspecify.annotations.Nullable;

/**
 * A library that only the cache leads to: a copy of the closure needs a cache with this entry.
 *
 * @param name the library's name
 * @param path where the cache says that it is
 * @param flags the kind of library, by architecture (sysdeps/generic/ldconfig.h of glibc)
 * @param capabilities the legacy capabilities that the entry is for, as bits; 0 for none
 * @param subdirectory the name below {@code glibc-hwcaps} that the entry is for; null for none
 * @param isaLevel of an entry with such a name, for x86: the level that a note in the library demands, one less than the
 *     number in {@code x86-64-v2}
 */
public record CacheEntry(
        String name,
        String path,
        int flags,
        long capabilities,
        @Nullable String subdirectory,
        int isaLevel) {
    /** A library that demands no level. */
    public CacheEntry(String name, String path, int flags, long capabilities, @Nullable String subdirectory) {
        this(name, path, flags, capabilities, subdirectory, 0);
    }
}
