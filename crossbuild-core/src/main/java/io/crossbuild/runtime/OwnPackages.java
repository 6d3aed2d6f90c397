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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * The files of the package that owns a program, and of those that it needs from the same source: Debian splits a
 * program from its data, as vim from vim-runtime.
 */
final class OwnPackages {
    private final FileTree tree;

    OwnPackages(FileTree tree) {
        this.tree = tree;
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
            Optional<PackageDatabase> database = PackageDatabase.open(tree);
            return database.isEmpty() ? List.of() : files(database.get(), program, homes);
        } catch (MalformedInputException e) {
            // The extraction warns of a damaged database.
            return List.of();
        }
    }

    private static List<String> files(PackageDatabase database, String program, Collection<String> homes)
            throws IOException, CrossbuildException {
        Set<String> asked = new TreeSet<>(homes);
        asked.add(program);
        var owners = database.owners(asked);
        InstalledPackage owner = owners.get(program);
        if (owner == null
                || homes.stream().anyMatch(h -> owners.containsKey(h)
                        && owners.get(h).source().equals(owner.source()))) {
            return List.of();
        }
        List<String> files = new ArrayList<>();
        for (InstalledPackage p : sameSource(database, owner)) {
            files.addAll(database.files(p));
        }
        return files;
    }

    private static Set<InstalledPackage> sameSource(PackageDatabase database, InstalledPackage owner) {
        Set<InstalledPackage> found = new LinkedHashSet<>();
        Deque<InstalledPackage> open = new ArrayDeque<>(List.of(owner));
        while (!open.isEmpty()) {
            InstalledPackage p = open.pop();
            if (p.source().equals(owner.source()) && !p.name().endsWith("-dev") && found.add(p)) {
                open.addAll(database.needs(p));
            }
        }
        return found;
    }
}
