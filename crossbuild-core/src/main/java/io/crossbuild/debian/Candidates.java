// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds the packages that meet a dependency. Remembers what it has read from the index. */
final class Candidates {
    private static final Comparator<BinaryPackage> MOST_WANTED_FIRST = Comparator.comparing(
                    (BinaryPackage p) -> !p.essential())
            .thenComparing(BinaryPackage::priority)
            .thenComparing(BinaryPackage::name)
            .thenComparing(BinaryPackage::version, Comparator.reverseOrder());

    private final PackageIndex index;
    private final Map<String, List<BinaryPackage>> versions = new HashMap<>();
    private final Map<String, List<BinaryPackage>> providers = new HashMap<>();

    Candidates(PackageIndex index) {
        this.index = index;
    }

    /** The user requests this version, so a dependency cannot be met by a newer one. */
    void pin(BinaryPackage requested) throws MalformedInputException {
        if (!versions(requested.name()).contains(requested)) {
            versions.put(requested.name(), List.of(requested));
        }
    }

    /**
     * The preferred first: ordered by alternative, and within each one the package with that name before those that
     * provide it.
     */
    List<BinaryPackage> of(Dependency dependency) throws MalformedInputException {
        Set<BinaryPackage> found = new LinkedHashSet<>();
        for (PackageRelation relation : dependency.alternatives()) {
            for (BinaryPackage real : versions(relation.name())) {
                if (relation.meansRealPackage(real, index.architecture().debianName())) {
                    found.add(real);
                }
            }
            for (BinaryPackage provider : providers(relation.name())) {
                if (provider.provides().stream().anyMatch(relation::meansProvided)) {
                    found.add(provider);
                }
            }
        }
        return List.copyOf(found);
    }

    /** Whether a relation means a package, by its own name or by one that it provides. */
    boolean means(PackageRelation relation, BinaryPackage candidate) {
        return relation.meansRealPackage(candidate, index.architecture().debianName())
                || candidate.provides().stream().anyMatch(relation::meansProvided);
    }

    /** The versions of a name in the index, for messages. */
    List<BinaryPackage> versions(String name) throws MalformedInputException {
        List<BinaryPackage> known = versions.get(name);
        if (known == null) {
            known = index.versions(name);
            versions.put(name, known);
        }
        return known;
    }

    private List<BinaryPackage> providers(String name) throws MalformedInputException {
        List<BinaryPackage> known = providers.get(name);
        if (known == null) {
            known = new ArrayList<>(index.providers(name));
            known.sort(MOST_WANTED_FIRST);
            providers.put(name, known);
        }
        return known;
    }
}
