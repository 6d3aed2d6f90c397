// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
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

    /** The one that a record gets is made when it is first called, which delays a cold start. */
    @Override
    public int hashCode() {
        return subdirectories.hashCode() * 31 + Objects.hashCode(platform);
    }

    /** As {@link #hashCode}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof CpuProfile that
                && subdirectories.equals(that.subdirectories)
                && Objects.equals(platform, that.platform)
                && legacyCapabilities.equals(that.legacyCapabilities);
    }

    private static final String X86_64 = "x86-64-v";

    /** Subdirectories of glibc 2.42, the best first (sysdeps/ARCH/dl-hwcaps-subdirs.c). */
    private static final List<List<String>> LEVELS = List.of(
            List.of(X86_64 + 4, X86_64 + 3, X86_64 + 2),
            List.of("power10", "power9"),
            List.of("z17", "z16", "z15", "z14", "z13"));

    /** The names that {@link #named} knows: the levels of x86-64, and the subdirectories of other architectures. */
    public static List<String> names() {
        return Stream.concat(Stream.of(X86_64 + 1), LEVELS.stream().flatMap(List::stream))
                .sorted()
                .toList();
    }

    /**
     * The least processor of a level. Where makers differ, as in {@code $PLATFORM} of x86-64, it is what all of them have.
     *
     * @param name such as "x86-64-v3"
     * @return empty for a name that is not among {@link #names}
     */
    public static Optional<CpuProfile> named(String name) {
        if (name.equals(X86_64 + 1)) {
            return Optional.of(x86(List.of()));
        }
        for (List<String> levels : LEVELS) {
            int at = levels.indexOf(name);
            if (at >= 0) {
                List<String> active = levels.subList(at, levels.size());
                return Optional.of(name.startsWith(X86_64) ? x86(active) : new CpuProfile(active, name, List.of()));
            }
        }
        return Optional.empty();
    }

    /** The levels of x86-64 that the subdirectories tell of, as bits from v1 upward; v1 has no subdirectory. */
    public int isaLevels() {
        int levels = 1;
        for (String name : subdirectories) {
            if (name.startsWith(X86_64)) {
                levels |= 1 << (name.charAt(name.length() - 1) - '1');
            }
        }
        return levels;
    }

    private static CpuProfile x86(List<String> levels) {
        List<String> capabilities = levels.contains(X86_64 + 4) ? List.of("x86_64", "avx512_1") : List.of("x86_64");
        return new CpuProfile(levels, "x86_64", capabilities);
    }
}
