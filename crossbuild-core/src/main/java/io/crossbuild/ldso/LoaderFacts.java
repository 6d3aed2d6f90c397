// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The facts built into one copy of glibc's loader.
 *
 * @param systemDirectories where it searches last, each with a trailing slash
 * @param lib the value of the token {@code $LIB}
 * @param cachePath where it looks for ld.so.cache; null for nowhere
 * @param itemStore a directory in which every item has its own cache, only for the item's programs, which is searched
 *     before RUNPATH (glibc-dl-cache.patch of Guix); null for a loader with one cache
 * @param preloadPath where it looks for the system's list of libraries to load first
 * @param subdirectories the names below {@code glibc-hwcaps} that it knows, the best first
 * @param minorVersion the 36 of glibc 2.36
 */
record LoaderFacts(
        List<String> systemDirectories,
        String lib,
        @Nullable String cachePath,
        @Nullable String itemStore,
        String preloadPath,
        List<String> subdirectories,
        int minorVersion) {
    LoaderFacts {
        systemDirectories = List.copyOf(systemDirectories);
        subdirectories = List.copyOf(subdirectories);
    }

    /** The facts for a program whose origin is a directory. */
    LoaderFacts forProgramIn(@Nullable String origin) {
        if (itemStore == null) {
            return this;
        }
        String below = itemStore + "/";
        @Nullable String ofItem = null;
        if (origin != null && origin.startsWith(below)) {
            int end = origin.indexOf('/', below.length());
            ofItem = end < 0 ? null : origin.substring(0, end) + "/etc/ld.so.cache";
        }
        return new LoaderFacts(systemDirectories, lib, ofItem, itemStore, preloadPath, subdirectories, minorVersion);
    }

    /** Whether legacy capability subdirectories, from before {@code glibc-hwcaps}, are searched too. */
    boolean hasLegacySubdirectories() {
        return minorVersion <= 36;
    }

    /**
     * Whether files are skipped if their ABI tag names another system or a newer kernel. The kernel that will run a
     * program is not known: it is assumed to be new enough.
     */
    boolean readsAbiTag() {
        return minorVersion <= 35;
    }

    /**
     * Whether this is the loader of Debian or a derivative, with a directory for each architecture and Debian's
     * patches.
     */
    boolean isMultiarch() {
        String first = systemDirectories.get(0);
        return first.startsWith("/lib/") && first.indexOf('-') > 0;
    }

    /** Whether {@code glibc-hwcaps} is known at all. */
    boolean hasNamedSubdirectories() {
        return minorVersion >= 33;
    }
}
