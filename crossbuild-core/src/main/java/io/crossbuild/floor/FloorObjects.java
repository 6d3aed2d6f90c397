// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import io.crossbuild.elf.VersionNeed;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Selected programs and shared objects, and which versions they need from libraries that were not selected with them.
 */
final class FloorObjects {
    private final SystemTable table;
    private final List<ObjectNeeds> objects;
    private final Map<String, Set<String>> provided = new HashMap<>();

    FloorObjects(SystemTable table, Collection<ObjectNeeds> objects) {
        this.table = table;
        this.objects = List.copyOf(objects);
        for (ObjectNeeds object : objects) {
            provided.computeIfAbsent(object.machine(), m -> new HashSet<>()).addAll(object.names());
        }
    }

    List<ObjectNeeds> all() {
        return objects;
    }

    /** The versions that a system must have for an object; those that it need not have are left out. */
    List<SymbolVersion> needs(ObjectNeeds object) {
        if (object.definesGlibc()) {
            return List.of();
        }
        Set<String> names = new LinkedHashSet<>();
        Set<String> leaveToo = provided.getOrDefault(object.machine(), Set.of());
        for (VersionNeed need : object.needs()) {
            if (!leaveToo.contains(need.file())) {
                need.versions().stream().filter(v -> !v.weak()).forEach(v -> names.add(v.name()));
            }
        }
        List<SymbolVersion> versions = new ArrayList<>();
        names.forEach(name -> SymbolVersion.of(name, table).ifPresent(versions::add));
        return versions;
    }
}
