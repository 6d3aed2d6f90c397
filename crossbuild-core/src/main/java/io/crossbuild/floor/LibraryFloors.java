// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.NeededVersion;
import io.crossbuild.event.NeededVersion.Library;
import io.crossbuild.spec.LibraryVersion;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * The floors of selected files: per architecture, the newest version of each library's symbols that one of them needs.
 * A weak need does not count, since the loader accepts that it is not met (elf/dl-version.c of glibc).
 */
public final class LibraryFloors {
    private final FileTree tree;
    private final SystemTable table;
    private final FloorObjects objects;

    /** @param objects all selected ones: a library among them is needed from no system */
    public LibraryFloors(FileTree tree, Collection<ObjectNeeds> objects) throws IOException {
        this.tree = tree;
        this.table = SystemTable.builtIn();
        this.objects = new FloorObjects(table, objects);
    }

    private record Top(ObjectNeeds object, SymbolVersion version) {}

    /**
     * The floors of some of the objects, one for each architecture that has any.
     *
     * @param sharedObjects see {@link BuildEvent.LibraryFloor#sharedObjects}
     */
    public List<BuildEvent.LibraryFloor> of(Predicate<ObjectNeeds> included, boolean sharedObjects)
            throws IOException, CrossbuildException {
        Map<String, Map<Library, Top>> tops = new TreeMap<>();
        Map<String, List<Top>> others = new TreeMap<>();
        for (ObjectNeeds object : objects.all()) {
            if (included.test(object)) {
                for (SymbolVersion version : objects.needs(object)) {
                    Top top = new Top(object, version);
                    if (version.number() == null) {
                        others.computeIfAbsent(object.machine(), m -> new ArrayList<>())
                                .add(top);
                    } else {
                        tops.computeIfAbsent(object.machine(), m -> new EnumMap<>(Library.class))
                                .merge(version.library(), top, LibraryFloors::newer);
                    }
                }
            }
        }
        Set<String> machines = new TreeSet<>(tops.keySet());
        machines.addAll(others.keySet());
        List<BuildEvent.LibraryFloor> floors = new ArrayList<>();
        for (String machine : machines) {
            floors.add(floor(
                    machine,
                    sharedObjects,
                    decisive(tops.getOrDefault(machine, Map.of())),
                    others.getOrDefault(machine, List.of())));
        }
        return floors;
    }

    private static Top newer(Top a, Top b) {
        return number(b).compareTo(number(a)) > 0 ? b : a;
    }

    private static LibraryVersion number(Top top) {
        return Optional.ofNullable(top.version().number()).orElseThrow();
    }

    /** Without those that are in the libraries of a GCC that another one needs anyway. */
    private List<Top> decisive(Map<Library, Top> tops) {
        List<Top> kept = new ArrayList<>();
        int age = 0;
        for (Map.Entry<Library, Top> entry : tops.entrySet()) {
            int needed = entry.getKey() == Library.GLIBC
                    ? 0
                    : table.age(entry.getValue().version());
            if (entry.getKey() == Library.GLIBC || entry.getKey() == Library.GLIBCXX || needed > age) {
                kept.add(entry.getValue());
            }
            age = Math.max(age, needed);
        }
        return kept;
    }

    private BuildEvent.LibraryFloor floor(String machine, boolean sharedObjects, List<Top> tops, List<Top> others)
            throws IOException, CrossbuildException {
        List<NeededVersion> needs = new ArrayList<>();
        for (Top top : tops) {
            needs.add(needed(top));
        }
        // One of each file is enough.
        Map<String, NeededVersion> unportable = new LinkedHashMap<>();
        for (Top other : others) {
            if (!unportable.containsKey(other.object().path())) {
                unportable.put(other.object().path(), needed(other));
            }
        }
        List<String> systems = unportable.isEmpty()
                ? table.oldest(tops.stream().map(Top::version).toList())
                : List.of();
        return new BuildEvent.LibraryFloor(machine, sharedObjects, needs, systems, List.copyOf(unportable.values()));
    }

    private NeededVersion needed(Top top) throws IOException, CrossbuildException {
        String name = top.version().name();
        SortedSet<String> symbols = top.object().symbols(tree, Set.of(name)).get(name);
        return new NeededVersion(
                top.version().library(),
                top.version().text(),
                symbols == null ? name : symbols.first() + "@" + name,
                top.object().path());
    }
}
