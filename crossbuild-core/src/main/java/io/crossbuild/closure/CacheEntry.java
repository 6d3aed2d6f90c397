// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import org.jspecify.annotations.Nullable;

/**
 * A library that is found only through the cache: a copy of the closure needs a cache with this entry.
 *
 * @param name the library's name
 * @param path where the library is, according to the cache
 * @param flags the kind of library, by architecture (sysdeps/generic/ldconfig.h of glibc)
 * @param capabilities the legacy capabilities that the entry is for, as bits; 0 for none
 * @param subdirectory the name below {@code glibc-hwcaps} that the entry is for; null for none
 * @param isaLevel for x86 entries with a subdirectory: the level that a note in the library requires, one less than the
 *     number in {@code x86-64-v2}
 */
public record CacheEntry(
        String name,
        String path,
        int flags,
        long capabilities,
        @Nullable String subdirectory,
        int isaLevel) {
    /** A library that requires no level. */
    public CacheEntry(String name, String path, int flags, long capabilities, @Nullable String subdirectory) {
        this(name, path, flags, capabilities, subdirectory, 0);
    }
}
