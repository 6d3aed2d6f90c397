// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.debian.ArchiveKeys;
import io.crossbuild.debian.Mirror;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Packages of Debian for one architecture, downloaded and verified by apt, unpacked into a root, with the information
 * about their libraries from their control data.
 */
final class DebianRoot {
    private static final Path HOST_KEYS = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

    /** What apt prints about an index or a package that is missing or does not match its release. */
    private static final List<String> UNUSABLE = List.of(
            "File has unexpected size",
            "Hash Sum mismatch",
            "404  Not Found",
            "does not have a Release file",
            "doesn't support architecture",
            "has no installation candidate",
            "Unable to locate package");

    private final Path work;
    private final String suite;
    private final String architecture;
    private final Path root;
    private final Map<String, String> packageOfFile = new HashMap<>();
    private final Map<String, String> packageOfSoname = new HashMap<>();

    private DebianRoot(Path work, String suite, String architecture) throws IOException {
        this.work = work;
        this.suite = suite;
        this.architecture = architecture;
        this.root = Files.createDirectories(work.resolve("root"));
    }

    /** Thrown when the mirror does not have a suite for an architecture in a usable state. */
    static final class UnusableException extends Exception {
        private static final long serialVersionUID = 1;

        UnusableException(String message) {
            super(message);
        }
    }

    /**
     * Packages with all that they depend on, from the first suite that the mirror has in a usable state: it may be in the
     * middle of an update, for some architectures longer than for others, and old suites leave it.
     *
     * @param work a directory for the root, the downloads and apt's own files
     */
    static DebianRoot unpack(Path work, List<String> suites, String architecture, String... packages) throws Exception {
        List<String> reasons = new ArrayList<>();
        for (String suite : suites) {
            DebianRoot result = new DebianRoot(Files.createDirectories(work.resolve(suite)), suite, architecture);
            try {
                result.install(packages);
                return result;
            } catch (UnusableException e) {
                reasons.add(suite + ": " + e.getMessage());
            }
        }
        throw new UnusableException(String.join("\n", reasons));
    }

    Path path() {
        return root;
    }

    /** The suite of the packages. */
    String suite() {
        return suite;
    }

    /** Every path of a package that is not a directory, without links to directories in it. */
    Set<String> files() {
        return new TreeSet<>(packageOfFile.keySet());
    }

    /** The package that contains a file. */
    Optional<String> packageOfFile(String path) {
        return Optional.ofNullable(packageOfFile.get(path));
    }

    /** The package whose control data declares a soname. */
    Optional<String> packageOfSoname(String soname) {
        return Optional.ofNullable(packageOfSoname.get(soname));
    }

    private void install(String... packages) throws Exception {
        // Packages of bullseye are still in both places.
        String[] merged = suite.equals("bullseye") ? new String[0] : new String[] {"bin", "sbin", "lib", "lib64"};
        for (String directory : merged) {
            Files.createDirectories(root.resolve("usr").resolve(directory));
            Files.createSymbolicLink(root.resolve(directory), Path.of("usr", directory));
        }
        List<String> apt = apt();
        run(apt, "update");
        List<String> install = new ArrayList<>(List.of("install", "--download-only", "-y", "--no-install-recommends"));
        install.addAll(List.of(packages));
        run(apt, install.toArray(String[]::new));
        try (Stream<Path> debs = Files.list(work.resolve("apt/cache/archives"))) {
            for (Path deb :
                    debs.filter(p -> p.toString().endsWith(".deb")).sorted().toList()) {
                unpack(deb);
            }
        }
    }

    private List<String> apt() throws Exception {
        for (String directory : new String[] {"state/lists/partial", "cache/archives/partial", "etc"}) {
            Files.createDirectories(work.resolve("apt").resolve(directory));
        }
        Path sources = work.resolve("apt/etc/sources.list");
        Files.writeString(
                sources, "deb [signed-by=" + keys() + "] " + Mirror.choose(null).root() + " " + suite + " main\n");
        Path status = Files.createFile(work.resolve("apt/state/status"));
        return List.of(
                "env",
                "LC_ALL=C",
                "apt-get",
                "-qq",
                "-oDir::State=" + work.resolve("apt/state"),
                "-oDir::State::status=" + status,
                "-oDir::Cache=" + work.resolve("apt/cache"),
                "-oDir::Etc::SourceList=" + sources,
                "-oDir::Etc::SourceParts=-",
                "-oDir::Etc::PreferencesParts=-",
                "-oAPT::Architecture=" + architecture,
                "-oAPT::Architectures=" + architecture,
                "-oAPT::Sandbox::User=root",
                "-oAPT::Update::Post-Invoke=",
                "-oAPT::Keep-Downloaded-Packages=true",
                "-oDebug::NoLocking=1");
    }

    /** The host's keys and the included ones: either may be older than the key that signs a suite today. */
    private Path keys() throws IOException {
        Path keys = work.resolve("apt/etc/keys.gpg");
        try (OutputStream out = Files.newOutputStream(keys)) {
            if (Files.isReadable(HOST_KEYS)) {
                Files.copy(HOST_KEYS, out);
            }
            for (String of : EnvironmentSpec.SUITES) {
                for (String kind : new String[] {"automatic", "stable"}) {
                    String name = of + "-" + kind + ".gpg";
                    try (InputStream in = Objects.requireNonNull(ArchiveKeys.class.getResourceAsStream(name), name)) {
                        in.transferTo(out);
                    }
                }
            }
        }
        return keys;
    }

    private static void run(List<String> command, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        try {
            Lab.execute(all, 600);
        } catch (AssertionError e) {
            String text = String.valueOf(e.getMessage());
            if (UNUSABLE.stream().anyMatch(text::contains)) {
                throw new UnusableException(text);
            }
            throw e;
        }
    }

    private void unpack(Path deb) throws Exception {
        String name = deb.getFileName().toString().split("_")[0];
        Lab.execute(List.of("dpkg-deb", "-x", deb.toString(), root.toString()), 120);
        try (HostFileTree tree = HostFileTree.open(root)) {
            for (String line :
                    Lab.execute(List.of("dpkg-deb", "-c", deb.toString()), 120).split("\n")) {
                int path = line.indexOf(" ./");
                if (path > 0 && !line.startsWith("d")) {
                    String file = line.substring(path + 2).replaceFirst(" -> .*| link to .*", "");
                    packageOfFile.put(
                            TreePaths.resolveNoFollow(tree, file) instanceof TreePaths.Found found
                                    ? found.path()
                                    : file,
                            name);
                }
            }
        }
        Path control = Files.createDirectories(work.resolve("control").resolve(name));
        Lab.execute(List.of("dpkg-deb", "-e", deb.toString(), control.toString()), 120);
        Path shlibs = control.resolve("shlibs");
        if (Files.exists(shlibs, LinkOption.NOFOLLOW_LINKS)) {
            for (String line : Files.readAllLines(shlibs, StandardCharsets.UTF_8)) {
                String[] words = line.split("\\s+");
                // "libz 1 zlib1g (>= 1:1.2)" is libz.so.1; other types begin with "udeb:".
                if (words.length > 2 && !words[0].endsWith(":")) {
                    packageOfSoname.put(words[0] + ".so." + words[1], name);
                    packageOfSoname.put(words[0] + "-" + words[1] + ".so", name);
                }
            }
        }
    }
}
