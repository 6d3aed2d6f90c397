// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.arch.Architecture;
import java.util.List;
import java.util.TreeSet;

/**
 * What an environment is made from.
 *
 * @param suite the code name of a Debian release: trixie, bookworm or bullseye
 * @param packages packages beyond the base system, in any order; sorted and without duplicates here
 */
public record EnvironmentSpec(String suite, Architecture arch, List<String> packages) {
    public EnvironmentSpec {
        packages = List.copyOf(new TreeSet<>(packages));
    }
}
