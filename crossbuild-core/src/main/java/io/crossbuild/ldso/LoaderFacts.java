// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is built into one copy of glibc's loader.
 *
 * @param systemDirectories where it looks last, each with a slash at its end
 * @param lib the value of the token {@code $LIB}
 * @param cachePath where it looks for ld.so.cache; null for nowhere
 * @param itemStore the directory each of whose items has a cache of its own, for its programs alone, which counts before
 *     RUNPATH (glibc-dl-cache.patch of Guix); null for a loader with one cache
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

    /** Whether capability subdirectories of the kind before {@code glibc-hwcaps} are searched too. */
    boolean hasLegacySubdirectories() {
        return minorVersion <= 36;
    }

    /**
     * Whether files whose ABI tag names another system or a kernel that is too new are passed over. Which kernel will run
     * a program is not known: it is taken for new enough.
     */
    boolean readsAbiTag() {
        return minorVersion <= 35;
    }

    /** Whether this is the loader of Debian or a derivative, with a directory for each architecture and patches of theirs. */
    boolean isMultiarch() {
        String first = systemDirectories.get(0);
        return first.startsWith("/lib/") && first.indexOf('-') > 0;
    }

    /** Whether {@code glibc-hwcaps} is known at all. */
    boolean hasNamedSubdirectories() {
        return minorVersion >= 33;
    }
}
