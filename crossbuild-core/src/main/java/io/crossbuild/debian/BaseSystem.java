// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import java.util.ArrayList;
import java.util.List;

/** The packages in every environment: the essential and the required ones, and those that apt needs to fetch more. */
public final class BaseSystem {
    private static final List<String> TOOLS = List.of("apt", "ca-certificates");

    private BaseSystem() {}

    /** The names for {@link DependencySolver}, sorted. */
    public static List<String> names(PackageIndex index) {
        List<String> names = new ArrayList<>(index.requiredNames());
        names.addAll(TOOLS);
        return names.stream().distinct().sorted().toList();
    }
}
