// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.floor;

import io.crossbuild.event.NeededVersion.Library;
import io.crossbuild.spec.LibraryVersion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Which versions of glibc and GCC's libraries systems have: {@code systems.txt}. */
final class SystemTable {
    private final List<Gcc> releases = new ArrayList<>();
    private final List<Release> systems = new ArrayList<>();
    private final Map<String, LibraryVersion> markers = new HashMap<>();
    private final Map<String, LibraryVersion> bases = new HashMap<>();

    private SystemTable() {}

    /** A release of GCC, and the newest versions of symbols in its libraries. */
    record Gcc(LibraryVersion release, LibraryVersion glibcxx, LibraryVersion cxxabi) {
        boolean has(SymbolVersion version) {
            LibraryVersion number = Objects.requireNonNull(version.number());
            return switch (version.library()) {
                case GLIBC -> true;
                case GLIBCXX -> number.compareTo(glibcxx) <= 0;
                case CXXABI -> number.compareTo(cxxabi) <= 0;
                // GCC_12.0.0 is new in GCC 12.
                case GCC -> number.compareTo(release) <= 0 || startsWith(number, release);
            };
        }

        private static boolean startsWith(LibraryVersion version, LibraryVersion start) {
            int size = start.numbers().size();
            return version.numbers().size() >= size
                    && version.numbers().subList(0, size).equals(start.numbers());
        }
    }

    /** A release of a distribution. */
    record Release(String distribution, String release, String suite, LibraryVersion glibc, Gcc gcc) {
        String text() {
            return distribution + " " + release;
        }

        boolean has(SymbolVersion version) {
            return version.library() == Library.GLIBC
                    ? Objects.requireNonNull(version.number()).compareTo(glibc) <= 0
                    : gcc.has(version);
        }
    }

    /** The table that crossbuild contains. */
    static SystemTable builtIn() throws IOException {
        return parse(resource("systems.txt"));
    }

    /** The lines of a resource without comments, each split into its fields. */
    static List<List<String>> resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(SystemTable.class.getResourceAsStream(name), name)) {
            List<List<String>> lines = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList()) {
                if (!line.isBlank() && !line.startsWith("#")) {
                    List<String> fields = new ArrayList<>();
                    for (String field : line.split("\\|", -1)) {
                        fields.add(field.strip());
                    }
                    lines.add(fields);
                }
            }
            return lines;
        }
    }

    private static SystemTable parse(List<List<String>> lines) {
        SystemTable table = new SystemTable();
        for (List<String> line : lines) {
            switch (line.get(0)) {
                case "gcc" ->
                    table.releases.add(new Gcc(version(line.get(1)), version(line.get(2)), version(line.get(3))));
                case "system" ->
                    table.systems.add(new Release(
                            line.get(1), line.get(2), line.get(3), version(line.get(4)), table.gcc(line.get(5))));
                case "marker" -> table.markers.put(line.get(1), version(line.get(2)));
                case "base" -> table.bases.put(line.get(1), version(line.get(2)));
                default -> throw new IllegalArgumentException("'" + line.get(0) + "': no such line");
            }
        }
        return table;
    }

    private static LibraryVersion version(String text) {
        return LibraryVersion.parse(text).orElseThrow(() -> new IllegalArgumentException("'" + text + "': no version"));
    }

    private Gcc gcc(String release) {
        return releases.stream()
                .filter(r -> r.release().text().equals(release))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("'" + release + "': no such release of GCC"));
    }

    List<Release> systems() {
        return List.copyOf(systems);
    }

    /** The version of glibc that brought a version without a number. */
    Optional<LibraryVersion> marker(String name) {
        return Optional.ofNullable(markers.get(name));
    }

    /** The oldest version of glibc's symbols on a machine. */
    LibraryVersion base(String machine) {
        return bases.getOrDefault(machine, version("2.2.5"));
    }

    /** The oldest release of each distribution that has all versions. */
    List<String> oldest(List<SymbolVersion> versions) {
        Map<String, String> found = new LinkedHashMap<>();
        for (Release system : systems) {
            if (versions.stream().allMatch(system::has)) {
                found.putIfAbsent(system.distribution(), system.text());
            }
        }
        return List.copyOf(found.values());
    }

    /** The index of the oldest GCC whose libraries have a version, by age; the number of releases if none has it. */
    int age(SymbolVersion version) {
        for (int i = 0; i < releases.size(); i++) {
            if (releases.get(i).has(version)) {
                return i;
            }
        }
        return releases.size();
    }

    /** The newest GCC whose C++ library is not above a limit. */
    Optional<Gcc> newestWithin(LibraryVersion glibcxx) {
        Optional<Gcc> found = Optional.empty();
        for (Gcc gcc : releases) {
            if (gcc.glibcxx().compareTo(glibcxx) <= 0) {
                found = Optional.of(gcc);
            }
        }
        return found;
    }

    /** Debian's releases that have an older glibc than a version, the newest first. */
    List<Release> suitesBefore(LibraryVersion glibc) {
        List<Release> found = new ArrayList<>();
        for (Release system : systems) {
            if (!system.suite().isEmpty() && system.glibc().compareTo(glibc) < 0) {
                found.add(0, system);
            }
        }
        return found;
    }
}
