// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.MalformedInputException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The packages of one {@code Packages} file. Its text, 57 MB for Debian 13, is kept without unused fields, and each
 * package is parsed only when it is requested: that takes about 30 MB of memory. Safe for use by several threads.
 */
final class PackageList {
    private final String source;
    private final Architecture architecture;
    private final StanzaText text;
    private final NameTable names;
    private final NameTable provided;
    private final int[] required;

    PackageList(
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

    int size() {
        return text.count();
    }

    /** All packages with a name, in no particular order. */
    List<BinaryPackage> versions(String name) throws MalformedInputException {
        List<BinaryPackage> found = new ArrayList<>();
        for (int number : names.candidates(name)) {
            BinaryPackage candidate = read(number);
            if (candidate.name().equals(name)) {
                found.add(candidate);
            }
        }
        return found;
    }

    /** The packages that provide a name, in no particular order. */
    List<BinaryPackage> providers(String name) throws MalformedInputException {
        List<BinaryPackage> found = new ArrayList<>();
        for (int number : provided.candidates(name)) {
            BinaryPackage candidate = read(number);
            if (candidate.provides().stream().anyMatch(p -> p.name().equals(name))) {
                found.add(candidate);
            }
        }
        return found;
    }

    /** The names of all packages that are essential or have priority "required". */
    List<String> requiredNames() {
        List<String> found = new ArrayList<>();
        for (int number : required) {
            found.add(text.name(number));
        }
        return found;
    }

    List<String> names() {
        return IntStream.range(0, text.count()).mapToObj(text::name).toList();
    }

    private BinaryPackage read(int number) throws MalformedInputException {
        return PackageStanza.read(text.stanza(number), source, architecture.debianName());
    }
}
