// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import java.util.ArrayList;
import java.util.List;

/** The packages that every environment has: the essential and the required ones, and what apt needs to get more. */
public final class BaseSystem {
    private static final List<String> TOOLS = List.of("apt", "ca-certificates");

    private BaseSystem() {}

    /** The names to ask {@link DependencySolver} for, sorted. */
    public static List<String> names(PackageIndex index) {
        List<String> names = new ArrayList<>(index.requiredNames());
        names.addAll(TOOLS);
        return names.stream().distinct().sorted().toList();
    }
}
