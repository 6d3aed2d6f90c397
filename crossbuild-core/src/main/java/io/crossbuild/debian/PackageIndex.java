// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.error.NearestName;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The packages of an archive for one architecture, from one or more {@code Packages} files. If several of them have a
 * package, the file with the newest version counts, as in apt. Safe for use by several threads.
 */
public final class PackageIndex {
    private static final Comparator<BinaryPackage> NEWEST_FIRST = Comparator.comparing(
                    BinaryPackage::version, Comparator.reverseOrder())
            .thenComparing(BinaryPackage::digest);

    private static final int SUGGESTIONS = 3;

    private final Architecture architecture;
    private final List<PackageList> lists;

    PackageIndex(Architecture architecture, List<PackageList> lists) {
        this.architecture = architecture;
        this.lists = List.copyOf(lists);
    }

    /**
     * Reads the text of a {@code Packages} file.
     *
     * @param source the name of the input, for messages
     */
    public static PackageIndex parse(InputStream packages, String source, Architecture architecture)
            throws IOException, MalformedInputException {
        return new PackageIndex(architecture, List.of(new PackageIndexReader(source, architecture).read(packages)));
    }

    /** The packages of several indexes of one architecture; if they have the same version, the first counts. */
    static PackageIndex merged(List<PackageIndex> indexes) {
        return new PackageIndex(
                indexes.get(0).architecture,
                indexes.stream().flatMap(index -> index.lists.stream()).toList());
    }

    public Architecture architecture() {
        return architecture;
    }

    /** The number of packages, counting each version. */
    public int size() {
        return lists.stream().mapToInt(PackageList::size).sum();
    }

    /** The newest package with a name. */
    public Optional<BinaryPackage> find(String name) throws MalformedInputException {
        return versions(name).stream().findFirst();
    }

    /** The packages with a name, the newest version first; without those that a newer file replaces. */
    public List<BinaryPackage> versions(String name) throws MalformedInputException {
        List<BinaryPackage> best = List.of();
        for (PackageList list : lists) {
            List<BinaryPackage> found = new ArrayList<>(list.versions(name));
            found.sort(NEWEST_FIRST);
            boolean newer = !found.isEmpty()
                    && (best.isEmpty()
                            || found.get(0).version().compareTo(best.get(0).version()) > 0);
            if (newer) {
                best = found;
            }
        }
        return best;
    }

    /** The packages with a name, the newest version first; also those that a newer file replaces. */
    List<BinaryPackage> allVersions(String name) throws MalformedInputException {
        List<BinaryPackage> all = new ArrayList<>();
        for (PackageList list : lists) {
            all.addAll(list.versions(name));
        }
        return all.stream().distinct().sorted(NEWEST_FIRST).toList();
    }

    /** Whether a package is in this index, even if a newer file replaces it. */
    boolean has(BinaryPackage one) throws MalformedInputException {
        return allVersions(one.name()).contains(one);
    }

    /** The packages that provide a name, sorted by name. */
    public List<BinaryPackage> providers(String name) throws MalformedInputException {
        List<BinaryPackage> found = new ArrayList<>();
        for (PackageList list : lists) {
            for (BinaryPackage provider : list.providers(name)) {
                boolean counts = lists.size() == 1 || versions(provider.name()).contains(provider);
                if (counts && !found.contains(provider)) {
                    found.add(provider);
                }
            }
        }
        found.sort(Comparator.comparing(BinaryPackage::name).thenComparing(NEWEST_FIRST));
        return found;
    }

    /** The names of all packages that are essential or have priority "required", sorted. */
    List<String> requiredNames() {
        return lists.stream()
                .flatMap(list -> list.requiredNames().stream())
                .distinct()
                .sorted()
                .toList();
    }

    /** Known package names that are similar to a name, the most similar first, at most three. */
    public List<String> namesLike(String name) {
        TreeSet<String> names = new TreeSet<>();
        lists.forEach(list -> names.addAll(list.names()));
        return NearestName.several(name, names, SUGGESTIONS);
    }
}
