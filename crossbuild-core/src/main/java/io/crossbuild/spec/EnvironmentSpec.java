// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import io.crossbuild.arch.Architecture;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an environment is made from.
 *
 * @param suite the code name of a Debian release: trixie, bookworm or bullseye
 * @param packages packages in addition to the base system, in any order; here sorted and without duplicates
 */
public record EnvironmentSpec(String suite, Architecture arch, List<String> packages) {
    public EnvironmentSpec {
        packages = List.copyOf(new TreeSet<>(packages));
    }

    /** Such as "trixie/amd64 with g++, make". */
    public String text() {
        String base = suite + "/" + arch.debianName();
        return packages.isEmpty() ? base : base + " with " + String.join(", ", packages);
    }

    // Spelled out: the first equals that a record is given takes a cold JVM 40 ms.
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
