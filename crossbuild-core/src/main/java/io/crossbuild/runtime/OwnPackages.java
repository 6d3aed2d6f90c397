// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.dpkg.PackageDatabase;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The files of the package that owns a program, and of those that it needs from the same source or with a name that
 * begins with its own: Debian splits a program from its data, as vim from vim-runtime.
 */
final class OwnPackages {
    private final FileTree tree;
    private @Nullable PackageDatabase opened;
    /** By canonical path. Each question costs a look at the lists of all packages. */
    private final Map<String, Optional<InstalledPackage>> owners = new HashMap<>();

    OwnPackages(FileTree tree) {
        this.tree = tree;
    }

    private Optional<PackageDatabase> database() throws IOException, CrossbuildException {
        if (opened == null) {
            opened = PackageDatabase.open(tree).orElse(null);
        }
        return Optional.ofNullable(opened);
    }

    private Map<String, InstalledPackage> owners(PackageDatabase database, Collection<String> canonical)
            throws IOException, CrossbuildException {
        Set<String> unknown = new LinkedHashSet<>(canonical);
        unknown.removeAll(owners.keySet());
        if (!unknown.isEmpty()) {
            Map<String, InstalledPackage> found = database.owners(unknown);
            unknown.forEach(path -> owners.put(path, Optional.ofNullable(found.get(path))));
        }
        Map<String, InstalledPackage> result = new TreeMap<>();
        for (String path : canonical) {
            owners.getOrDefault(path, Optional.empty()).ifPresent(owner -> result.put(path, owner));
        }
        return result;
    }

    /**
     * The paths of the files, links and directories of a program's packages.
     *
     * @param program canonical
     * @param homes canonical paths of files whose rules cover their whole package
     * @return empty also when a rule covers the program's package, or dpkg's database cannot be read
     */
    List<String> files(String program, Collection<String> homes) throws IOException, CrossbuildException {
        try {
            Optional<PackageDatabase> database = database();
            return database.isEmpty() ? List.of() : files(database.get(), program, homes);
        } catch (MalformedInputException e) {
            // The extraction warns of a damaged database.
            return List.of();
        }
    }

    /**
     * Packages with all that they need.
     *
     * @param names sorted
     * @param files canonical paths of files, links and directories
     */
    record WithNeeds(Set<String> names, List<String> files) {}

    /** The packages that own files, and those that they need; empty also when dpkg's database cannot be read. */
    Optional<WithNeeds> withNeeds(Collection<String> canonical) throws IOException, CrossbuildException {
        try {
            Optional<PackageDatabase> database = database();
            if (database.isEmpty()) {
                return Optional.empty();
            }
            Set<InstalledPackage> found =
                    needed(database.get(), owners(database.get(), canonical).values(), p -> true);
            Set<String> names = new TreeSet<>();
            List<String> files = new ArrayList<>();
            for (InstalledPackage p : found) {
                names.add(p.name());
                files.addAll(database.get().files(p));
            }
            return Optional.of(new WithNeeds(names, files));
        } catch (MalformedInputException e) {
            // The extraction warns of a damaged database.
            return Optional.empty();
        }
    }

    private List<String> files(PackageDatabase database, String program, Collection<String> homes)
            throws IOException, CrossbuildException {
        Set<String> asked = new TreeSet<>(homes);
        asked.add(program);
        Map<String, InstalledPackage> known = owners(database, asked);
        InstalledPackage owner = known.get(program);
        if (owner == null
                || homes.stream()
                        .anyMatch(h ->
                                known.containsKey(h) && known.get(h).source().equals(owner.source()))) {
            return List.of();
        }
        List<String> files = new ArrayList<>();
        Set<InstalledPackage> same = needed(database, List.of(owner), p -> isPartOf(p, owner));
        for (InstalledPackage p : same) {
            files.addAll(database.files(p));
        }
        return files;
    }

    /** Some data are made from a source of their own, as pandoc-data for pandoc. */
    private static boolean isPartOf(InstalledPackage p, InstalledPackage owner) {
        boolean related = p.source().equals(owner.source()) || p.name().startsWith(owner.name() + "-");
        return related && !p.name().endsWith("-dev") && !p.name().endsWith("-doc");
    }

    /** The files of the package that owns a program, and of those that it needs directly. */
    List<String> withDirectNeeds(String program) throws IOException, CrossbuildException {
        try {
            Optional<PackageDatabase> database = database();
            InstalledPackage owner = database.isEmpty()
                    ? null
                    : owners(database.get(), List.of(program)).get(program);
            if (owner == null) {
                return List.of();
            }
            Set<InstalledPackage> packages = new LinkedHashSet<>(Set.of(owner));
            packages.addAll(database.get().needs(owner));
            List<String> files = new ArrayList<>();
            for (InstalledPackage p : packages) {
                files.addAll(database.get().files(p));
            }
            return files;
        } catch (MalformedInputException e) {
            // The extraction warns of a damaged database.
            return List.of();
        }
    }

    /** Packages and what they need, as far as it is wanted. */
    private static Set<InstalledPackage> needed(
            PackageDatabase database, Collection<InstalledPackage> first, Predicate<InstalledPackage> wanted) {
        Set<InstalledPackage> found = new LinkedHashSet<>();
        Deque<InstalledPackage> open = new ArrayDeque<>(first);
        while (!open.isEmpty()) {
            InstalledPackage p = open.pop();
            if (wanted.test(p) && found.add(p)) {
                open.addAll(database.needs(p));
            }
        }
        return found;
    }
}
