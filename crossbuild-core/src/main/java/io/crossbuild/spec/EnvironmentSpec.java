// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an environment is made from. Start with {@link #of}.
 *
 * @param suite the code name of a Debian release: trixie, bookworm, bullseye, or one of {@link #ARCHIVED_SUITES}
 * @param arch the processor architecture
 * @param packages packages in addition to the base system, in any order; stored sorted and without duplicates
 */
public record EnvironmentSpec(String suite, Architecture arch, List<String> packages) {
    /** The suites whose signing keys the library contains, newest first. */
    public static final List<String> SUITES = List.of("trixie", "bookworm", "bullseye", "buster", "stretch");

    /** Those of them that ordinary mirrors no longer have: they come from a mirror of archived releases. */
    public static final List<String> ARCHIVED_SUITES = List.of("buster", "stretch");

    public EnvironmentSpec {
        packages = List.copyOf(new TreeSet<>(packages));
    }

    /**
     * The base system of a suite, one of {@link #SUITES}, for the host's architecture.
     *
     * @throws ConfigException when the host's architecture is not one of {@link Architecture}
     */
    public static EnvironmentSpec of(String suite) throws ConfigException {
        return of(suite, Architecture.host());
    }

    /** The base system of a suite, one of {@link #SUITES}. */
    public static EnvironmentSpec of(String suite, Architecture arch) {
        return new EnvironmentSpec(suite, arch, List.of());
    }

    /** The same for a different architecture. */
    public EnvironmentSpec withArch(Architecture value) {
        return new EnvironmentSpec(suite, value, packages);
    }

    /** The same with these packages instead, each as {@code name} or {@code name=version}. */
    public EnvironmentSpec withPackages(List<String> value) {
        return new EnvironmentSpec(suite, arch, value);
    }

    /** The same with these packages instead, each as {@code name} or {@code name=version}. */
    public EnvironmentSpec withPackages(String... value) {
        return withPackages(List.of(value));
    }

    /** Such as "trixie/amd64 with g++, make". */
    public String text() {
        String base = suite + "/" + arch.debianName();
        return packages.isEmpty() ? base : base + " with " + String.join(", ", packages);
    }

    // Written out: the first equals that is generated for a record takes a cold JVM 40 ms.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof EnvironmentSpec that
                && suite.equals(that.suite)
                && arch == that.arch
                && packages.equals(that.packages);
    }

    @Override
    public int hashCode() {
        return Objects.hash(suite, arch, packages);
    }
}
