// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.List;

/**
 * What is built into one copy of glibc's loader.
 *
 * @param systemDirectories where it looks last, each with a slash at its end
 * @param lib the value of the token {@code $LIB}
 * @param cachePath where it looks for ld.so.cache
 * @param preloadPath where it looks for the system's list of libraries to load first
 * @param subdirectories the names below {@code glibc-hwcaps} that it knows, the best first
 * @param minorVersion the 36 of glibc 2.36
 */
record LoaderFacts(
        List<String> systemDirectories,
        String lib,
        String cachePath,
        String preloadPath,
        List<String> subdirectories,
        int minorVersion) {
    LoaderFacts {
        systemDirectories = List.copyOf(systemDirectories);
        subdirectories = List.copyOf(subdirectories);
    }

    /** Whether capability subdirectories of the kind before {@code glibc-hwcaps} are searched too. */
    boolean hasLegacySubdirectories() {
        return minorVersion <= 36;
    }

    /** Whether {@code glibc-hwcaps} is known at all. */
    boolean hasNamedSubdirectories() {
        return minorVersion >= 33;
    }
}
