// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.elf.ElfFile;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Roots of other architectures, unpacked from Debian's packages: everything resolves, each library comes from the package
 * that its own control data names, and the loader of that architecture, run under emulation, gives the same list. Needs
 * the network, apt and qemu-user-static on a Debian machine.
 */
class ForeignRootsIT {
    private static final String[] PACKAGES = {"bash", "coreutils", "openssl", "perl", "git", "libpam-modules", "gnupg"};
    private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");
    /** How many programs the emulated loader is asked about. */
    private static final int EMULATED = 60;

    @TempDir
    Path work;

    private Path root;
    private final Map<String, String> packageOfFile = new HashMap<>();
    private final Map<String, String> packageOfSoname = new HashMap<>();

    @BeforeEach
    void makeRoot() throws Exception {
        root = Files.createDirectories(work.resolve("root"));
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "bullseye, amd64, '', /lib64/ld-linux-x86-64.so.2",
        "trixie, amd64, '', /lib64/ld-linux-x86-64.so.2",
        "trixie, arm64, qemu-aarch64-static, /lib/ld-linux-aarch64.so.1",
        "trixie, armhf, qemu-arm-static, /lib/ld-linux-armhf.so.3",
        "bookworm, armhf, qemu-arm-static, /lib/ld-linux-armhf.so.3",
        "trixie, s390x, qemu-s390x-static, /lib/ld64.so.1",
        "bookworm, s390x, qemu-s390x-static, /lib/ld64.so.1",
        "trixie, riscv64, qemu-riscv64-static, /lib/ld-linux-riscv64-lp64d.so.1"
    })
    void everythingResolvesAsThePackagesAndTheLoaderSay(
            String suite, String architecture, String emulator, String loader) throws Exception {
        assumeTrue(Files.exists(KEYRING) && Files.isExecutable(Path.of("/usr/bin/apt-get")), "not a Debian machine");
        List<String> mirror = mirror();
        assumeTrue(!mirror.isEmpty(), "no source of Debian's archive on this machine");
        unpack(suite, architecture, mirror.get(0), PACKAGES);
        List<String> programs = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        int libraries = 0;
        try (HostFileTree tree = HostFileTree.open(root)) {
            ClosureResolver resolver = new ClosureResolver(tree, LoaderOptions.defaults());
            for (String path :
                    new ArrayList<>(packageOfFile.keySet()).stream().sorted().toList()) {
                Optional<ElfFile> elf = elf(tree, path);
                if (elf.isEmpty() || elf.get().dynamic() == null) {
                    continue;
                }
                boolean program = elf.get().isProgram();
                if (program) {
                    programs.add(path);
                } else {
                    libraries++;
                }
                Closure closure = program ? resolver.resolve(path, List.of()) : resolver.resolve(null, List.of(path));
                closure.problems().forEach(p -> problems.add(path + ": " + p.message()));
                closure.skipped().forEach(s -> problems.add(path + ": " + s.why()));
                for (Request r : closure.requests()) {
                    problem(r, closure).ifPresent(problems::add);
                }
            }
        }
        assertThat(problems).isEmpty();
        assertThat(programs).hasSizeGreaterThan(100);
        assertThat(libraries).isGreaterThan(60);
        emulate(emulator, loader, programs);
    }

    /** Why the file that a name led to is not of the package that the name's control data tells. */
    private Optional<String> problem(Request r, Closure closure) {
        String expected = packageOfSoname.get(r.reason().name());
        if (expected == null || r.reason().requester() == null) {
            return Optional.empty();
        }
        String canonical = closure.files().stream()
                .filter(f -> f.path().equals(r.path()))
                .map(OpenedFile::canonicalPath)
                .findFirst()
                .orElse(r.path());
        String found = packageOfFile.getOrDefault(canonical, "none");
        return found.equals(expected)
                ? Optional.empty()
                : Optional.of(
                        r.reason().name() + " is '" + canonical + "' of " + found + " (expected " + expected + ")");
    }

    private void emulate(String emulator, String loader, List<String> programs) throws Exception {
        List<String> command = new ArrayList<>(List.of("LD_TRACE_LOADED_OBJECTS=1", "--", loader));
        if (!emulator.isEmpty()) {
            Path qemu = Path.of("/usr/bin", emulator);
            assumeTrue(Files.exists(qemu), "no " + qemu + ", so the foreign loader was not asked");
            Files.copy(qemu, root.resolve("emulator"), StandardCopyOption.COPY_ATTRIBUTES);
            command = List.of("--", "/emulator", "-E", "LD_TRACE_LOADED_OBJECTS=1", loader);
        }
        Path launcher = ChrootSystem.launcher(work);
        assumeTrue(
                RealLoader.run(List.of(launcher.toString(), root.toString(), "--", "/none"), Map.of(), Path.of(loader))
                                .status()
                        == 126,
                "may not change the root");
        List<String> differences = new ArrayList<>();
        int step = Math.max(1, programs.size() / EMULATED);
        try (HostFileTree tree = HostFileTree.open(root)) {
            LoaderOptions options = LoaderOptions.defaults().withCpu(CpuProfile.BASELINE);
            ClosureResolver resolver = new ClosureResolver(tree, options);
            for (int i = 0; i < programs.size(); i += step) {
                String program = programs.get(i);
                List<String> whole = new ArrayList<>(List.of(launcher.toString(), root.toString()));
                whole.addAll(command);
                whole.add(program);
                RealLoader.Answer expected = RealLoader.run(whole, Map.of(), Path.of(loader));
                List<String> found = RealLoader.form(
                        resolver.resolve(program, List.of()).linkMaps().get(0));
                assertThat(expected.list())
                        .as(program + ": " + expected.errors())
                        .isNotEmpty();
                if (!without(found).equals(without(expected.list()))) {
                    differences.add(
                            program + "\n  expected " + expected.list() + expected.errors() + "\n  found    " + found);
                }
            }
        }
        assertThat(differences).isEmpty();
    }

    private static List<String> without(List<String> list) {
        return list.stream()
                .filter(l -> !l.equals("loader") && !l.contains("/ld64.so.1"))
                .toList();
    }

    private static Optional<ElfFile> elf(HostFileTree tree, String path) throws Exception {
        Optional<FileNode> node = TreePaths.find(tree, path).filter(FileNode::isRegular);
        if (node.isEmpty()) {
            return Optional.empty();
        }
        try (FileContent content = tree.open(node.get())) {
            return ElfFile.hasMagic(content) ? Optional.of(ElfFile.read(content, path)) : Optional.empty();
        } catch (MalformedInputException e) {
            return Optional.empty();
        }
    }

    /** Where this machine gets Debian's packages from. */
    private static List<String> mirror() throws IOException {
        List<Path> files = new ArrayList<>(List.of(Path.of("/etc/apt/sources.list")));
        try (Stream<Path> parts = Files.list(Path.of("/etc/apt/sources.list.d"))) {
            parts.forEach(files::add);
        }
        for (Path file : files) {
            if (Files.isReadable(file)) {
                Matcher m = Pattern.compile("(?m)^(?:deb .*?|URIs: *)(https?://\\S+/debian)/?(?:\\s|$)")
                        .matcher(Files.readString(file));
                if (m.find()) {
                    return List.of(m.group(1));
                }
            }
        }
        return List.of();
    }

    private void unpack(String suite, String architecture, String mirror, String... packages) throws Exception {
        // Packages of bullseye still lie in both places.
        String[] merged = suite.equals("bullseye") ? new String[0] : new String[] {"bin", "sbin", "lib", "lib64"};
        for (String directory : merged) {
            Files.createDirectories(root.resolve("usr").resolve(directory));
            Files.createSymbolicLink(root.resolve(directory), Path.of("usr", directory));
        }
        for (String directory : new String[] {"state/lists/partial", "cache/archives/partial", "etc"}) {
            Files.createDirectories(work.resolve("apt").resolve(directory));
        }
        Path sources = work.resolve("apt/etc/sources.list");
        Files.writeString(sources, "deb [signed-by=" + KEYRING + "] " + mirror + " " + suite + " main\n");
        Path status = Files.createFile(work.resolve("apt/state/status"));
        List<String> apt = List.of(
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
        update(apt);
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

    /** A mirror may be in the middle of an update, for some architectures longer than for others. */
    private static void update(List<String> apt) throws Exception {
        try {
            run(apt, "update");
        } catch (AssertionError e) {
            String text = String.valueOf(e.getMessage());
            assumeTrue(
                    !text.contains("File has unexpected size") && !text.contains("Hash Sum mismatch"),
                    "the mirror's index is not that of its release: " + text);
            throw e;
        }
    }

    private static void run(List<String> command, String... arguments) throws Exception {
        List<String> all = new ArrayList<>(command);
        all.addAll(List.of(arguments));
        Lab.execute(all, 600);
    }

    private void unpack(Path deb) throws Exception {
        String name = deb.getFileName().toString().split("_")[0];
        Lab.execute(List.of("dpkg-deb", "-x", deb.toString(), root.toString()), 120);
        for (String line :
                Lab.execute(List.of("dpkg-deb", "-c", deb.toString()), 120).split("\n")) {
            int path = line.indexOf(" ./");
            if (path > 0 && !line.startsWith("d")) {
                String file = line.substring(path + 2).replaceFirst(" -> .*| link to .*", "");
                packageOfFile.put(canonical(file), name);
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

    private String canonical(String path) throws Exception {
        try (HostFileTree tree = HostFileTree.open(root)) {
            return TreePaths.resolveNoFollow(tree, path) instanceof TreePaths.Found found ? found.path() : path;
        }
    }
}
