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
import java.util.stream.IntStream;

/**
 * The packages of an archive for one architecture.
 *
 * <p>The text of a {@code Packages} file, 57 MB for Debian 13, is kept without unused fields, and each package is
 * parsed only when it is requested: the index takes about 30 MB of memory. Safe for use by several threads.
 */
public final class PackageIndex {
    private static final Comparator<BinaryPackage> NEWEST_FIRST = Comparator.comparing(
                    BinaryPackage::version, Comparator.reverseOrder())
            .thenComparing(BinaryPackage::digest);

    private static final int SUGGESTIONS = 3;

    private final String source;
    private final Architecture architecture;
    private final StanzaText text;
    private final NameTable names;
    private final NameTable provided;
    private final int[] required;

    PackageIndex(
            String source,
            Architecture architecture,
            StanzaText text,
            NameTable names,
            NameTable provided,
            int[] required) {
        this.source = source;
        this.architecture = architecture;
        this.text = text;
        this.names = names;
        this.provided = provided;
        this.required = required;
    }

    /**
     * Reads the text of a {@code Packages} file.
     *
     * @param source the name of the input, for messages
     */
    public static PackageIndex parse(InputStream packages, String source, Architecture architecture)
            throws IOException, MalformedInputException {
        return new PackageIndexReader(source, architecture).read(packages);
    }

    public Architecture architecture() {
        return architecture;
    }

    /** The number of packages. */
    public int size() {
        return text.count();
    }

    /** The newest package with a name. */
    public Optional<BinaryPackage> find(String name) throws MalformedInputException {
        return versions(name).stream().findFirst();
    }

    /** All packages with a name, the newest version first. */
    public List<BinaryPackage> versions(String name) throws MalformedInputException {
        List<BinaryPackage> found = new ArrayList<>();
        for (int number : names.candidates(name)) {
            BinaryPackage candidate = read(number);
            if (candidate.name().equals(name)) {
                found.add(candidate);
            }
        }
        found.sort(NEWEST_FIRST);
        return found;
    }

    /** The packages that provide a name, sorted by name. */
    public List<BinaryPackage> providers(String name) throws MalformedInputException {
        List<BinaryPackage> found = new ArrayList<>();
        for (int number : provided.candidates(name)) {
            BinaryPackage candidate = read(number);
            if (candidate.provides().stream().anyMatch(p -> p.name().equals(name))) {
                found.add(candidate);
            }
        }
        found.sort(Comparator.comparing(BinaryPackage::name).thenComparing(NEWEST_FIRST));
        return found;
    }

    /** The names of all packages that are essential or have priority "required", sorted. */
    List<String> requiredNames() {
        List<String> found = new ArrayList<>();
        for (int number : required) {
            found.add(text.name(number));
        }
        return found.stream().distinct().sorted().toList();
    }

    /** Known package names that are similar to a name, the most similar first, at most three. */
    public List<String> namesLike(String name) {
        return NearestName.several(name, new TreeSet<>(names()), SUGGESTIONS);
    }

    private List<String> names() {
        return IntStream.range(0, text.count()).mapToObj(text::name).toList();
    }

    private BinaryPackage read(int number) throws MalformedInputException {
        return PackageStanza.read(text.stanza(number), source, architecture.debianName());
    }
}
