// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.ConfigException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What the APT sources of this host say about Debian's archive (sources.list(5)). */
final class HostAptSources {
    private static final Set<String> SUITES = Set.of(
            "bullseye",
            "bookworm",
            "trixie",
            "forky",
            "duke",
            "sid",
            "stable",
            "oldstable",
            "oldoldstable",
            "testing",
            "unstable");
    private static final int MAX_BYTES = 1 << 20;

    private final Path root;

    private HostAptSources(Path root) {
        this.root = root;
    }

    /** @param root the host's root directory */
    static HostAptSources of(Path root) {
        return new HostAptSources(root);
    }

    /** The first source that is the Debian archive itself: not its security archive and not a third party's. */
    Optional<Mirror> firstMirror() {
        return first(HostAptSources::mirror);
    }

    /** The first source that is Debian's security archive. */
    Optional<Mirror> firstSecurityMirror() {
        return first(HostAptSources::securityMirror);
    }

    /** Whether an address and a suite are of the archive that is looked for. */
    private interface Kind {
        Optional<Mirror> mirror(String address, String suite);
    }

    private Optional<Mirror> first(Kind kind) {
        if (!isDebian()) {
            return Optional.empty();
        }
        Path etc = root.resolve("etc").resolve("apt");
        List<Path> files = new ArrayList<>();
        files.add(etc.resolve("sources.list"));
        try (Stream<Path> parts = Files.list(etc.resolve("sources.list.d"))) {
            parts.sorted().forEach(files::add);
        } catch (IOException e) {
            // Without the directory there is only the single file.
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            Optional<Mirror> found = name.endsWith(".sources")
                    ? inDeb822(read(file), kind)
                    : name.endsWith(".list") ? inOneLineStyle(read(file), kind) : Optional.empty();
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private boolean isDebian() {
        for (String place : List.of("etc/os-release", "usr/lib/os-release")) {
            String text = read(root.resolve(place));
            if (!text.isEmpty()) {
                return text.lines().map(String::strip).anyMatch(line -> line.matches("ID=[\"']?debian[\"']?"));
            }
        }
        return false;
    }

    private static String read(Path file) {
        try {
            return Files.size(file) > MAX_BYTES ? "" : new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    private static Optional<Mirror> inOneLineStyle(String text, Kind kind) {
        for (String raw : text.split("\r?\n")) {
            String line = raw.replaceFirst("#.*", "").strip();
            // Options are in brackets between the type and the address.
            String[] words = line.replaceFirst("^(\\S+)\\s+\\[[^\\]]*\\]", "$1").split("\\s+");
            if (words.length >= 4
                    && words[0].equals("deb")
                    && List.of(words).subList(3, words.length).contains("main")) {
                Optional<Mirror> mirror = kind.mirror(words[1], words[2]);
                if (mirror.isPresent()) {
                    return mirror;
                }
            }
        }
        return Optional.empty();
    }

    private static Optional<Mirror> inDeb822(String text, Kind kind) {
        for (String paragraph : text.split("(?:\r?\n[ \t]*){2,}")) {
            ControlFields fields;
            try {
                fields = ControlFields.parse(paragraph, "APT sources");
            } catch (MalformedInputException e) {
                continue;
            }
            boolean used = words(fields, "Types").contains("deb")
                    && words(fields, "Components").contains("main")
                    && !fields.get("Enabled").orElse("yes").matches("(?i)no|false|0");
            if (!used) {
                continue;
            }
            for (String address : words(fields, "URIs")) {
                for (String suite : words(fields, "Suites")) {
                    Optional<Mirror> mirror = kind.mirror(address, suite);
                    if (mirror.isPresent()) {
                        return mirror;
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static List<String> words(ControlFields fields, String name) {
        return List.of(fields.get(name).orElse("").strip().split("\\s+"));
    }

    private static Optional<Mirror> mirror(String address, String suite) {
        return SUITES.contains(suite) ? withPath(address, "/debian/") : Optional.empty();
    }

    private static Optional<Mirror> securityMirror(String address, String suite) {
        return Updates.isSecurity(suite) && SUITES.contains(Updates.releaseOf(suite))
                ? withPath(address, "/debian-security/")
                : Optional.empty();
    }

    private static Optional<Mirror> withPath(String address, String end) {
        try {
            Mirror mirror = Mirror.of(URI.create(address));
            return mirror.root().getPath().endsWith(end) ? Optional.of(mirror) : Optional.empty();
        } catch (IllegalArgumentException | ConfigException e) {
            return Optional.empty();
        }
    }
}
