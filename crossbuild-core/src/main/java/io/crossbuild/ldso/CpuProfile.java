// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What glibc's loader derives from the processor: which subdirectories of a library directory it looks into first.
 *
 * @param subdirectories names below {@code glibc-hwcaps}, the best first, such as "x86-64-v3"
 * @param platform {@code AT_PLATFORM}, the value of the token {@code $PLATFORM}; on Intel processors with AVX2 glibc
 *     puts "haswell" in its place; null when there is none
 * @param legacyCapabilities names of the capability subdirectories of glibc 2.36 and older, in the order of their bits,
 *     such as "x86_64", "avx512_1"
 */
public record CpuProfile(
        List<String> subdirectories, @Nullable String platform, List<String> legacyCapabilities) {
    public CpuProfile {
        subdirectories = List.copyOf(subdirectories);
        legacyCapabilities = List.copyOf(legacyCapabilities);
    }

    /** A processor of which nothing is known: the library directories themselves and no subdirectory. */
    public static final CpuProfile BASELINE = new CpuProfile(List.of(), null, List.of());
}
