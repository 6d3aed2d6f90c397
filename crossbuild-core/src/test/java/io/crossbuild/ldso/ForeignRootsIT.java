// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.crossbuild.Needs;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.OpenRequest;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.oracle.Oracles;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Roots of other architectures, unpacked from Debian's packages: everything resolves, each library comes from the
 * package whose control data names it, and the loader of that architecture, run under emulation, prints the same list.
 * Needs the network, apt and qemu-user-static on a Debian machine. What was compared is in target/foreign-root-*.txt.
 */
class ForeignRootsIT {
    private static final String[] PACKAGES = {"bash", "coreutils", "openssl", "perl", "git", "libpam-modules", "gnupg"};
    /** The approximate number of programs and libraries for which an emulated loader is run. */
    private static final int EMULATED = 80;

    @TempDir
    Path work;

    /** Of each kind one; the first suite that the mirror has in a usable state is used: the last will exist for years. */
    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "bullseye, amd64, '', /lib64/ld-linux-x86-64.so.2",
        "trixie testing unstable, arm64, qemu-aarch64-static, /lib/ld-linux-aarch64.so.1",
        "trixie testing unstable, armhf, qemu-arm-static, /lib/ld-linux-armhf.so.3",
        "trixie testing unstable, s390x, qemu-s390x-static, /lib/ld64.so.1"
    })
    void everythingResolvesAsThePackagesAndTheLoaderSay(
            String suites, String architecture, String emulator, String loader) throws Exception {
        compare(suites, architecture, emulator, loader);
    }

    /** Each takes up to a minute, so they run only with {@code -Dcrossbuild.it.long=true}. */
    @ParameterizedTest(name = "{0} {1}")
    @EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
    @CsvSource({
        "trixie testing unstable, amd64, '', /lib64/ld-linux-x86-64.so.2",
        "bookworm, armhf, qemu-arm-static, /lib/ld-linux-armhf.so.3",
        "bookworm, s390x, qemu-s390x-static, /lib/ld64.so.1",
        "trixie testing unstable, riscv64, qemu-riscv64-static, /lib/ld-linux-riscv64-lp64d.so.1",
        "trixie testing unstable, ppc64el, qemu-ppc64le-static, /lib64/ld64.so.2",
        "bookworm, mipsel, qemu-mipsel-static, /lib/ld.so.1",
        "bookworm, mips64el, qemu-mips64el-static, /lib64/ld.so.1"
    })
    void soDoesEverythingOfMoreRoots(String suites, String architecture, String emulator, String loader)
            throws Exception {
        compare(suites, architecture, emulator, loader);
    }

    private void compare(String suites, String architecture, String emulator, String loader) throws Exception {
        Needs.that(Files.isExecutable(Path.of("/usr/bin/apt-get")), "not a Debian machine");
        DebianRoot root = null;
        try {
            root = DebianRoot.unpack(work, List.of(suites.split(" ")), architecture, PACKAGES);
        } catch (DebianRoot.UnusableException e) {
            abort("the mirror has no usable index: " + e.getMessage());
        }
        Map<String, Boolean> objects = resolveAll(root);
        List<String> compared = emulate(root, emulator, loader, objects);
        compared.add(0, root.suite() + ": " + objects.size() + " objects resolve, " + compared.size() + " compared");
        Files.createDirectories(Path.of("target"));
        Files.write(Path.of("target/foreign-root-" + suites.split(" ")[0] + "-" + architecture + ".txt"), compared);
    }

    /** Resolves every program and library on its own, and returns them: true for a program. */
    private static Map<String, Boolean> resolveAll(DebianRoot root) throws Exception {
        Map<String, Boolean> objects = new TreeMap<>();
        List<String> problems = new ArrayList<>();
        try (HostFileTree tree = HostFileTree.open(root.path())) {
            ClosureResolver resolver = new ClosureResolver(tree, LoaderOptions.defaults());
            for (String path : root.files()) {
                Optional<ElfFile> elf = elf(tree, path);
                if (elf.isEmpty() || elf.get().dynamic() == null) {
                    continue;
                }
                boolean program = elf.get().isProgram();
                objects.put(path, program);
                Closure closure = program ? resolver.resolve(path, List.of()) : resolver.resolve(null, List.of(path));
                closure.problems().forEach(p -> problems.add(path + ": " + p.message()));
                closure.skipped().forEach(s -> problems.add(path + ": " + s.why()));
                for (OpenRequest r : closure.requests()) {
                    problem(root, r, closure).ifPresent(problems::add);
                }
            }
        }
        assertThat(problems).isEmpty();
        assertThat(objects.values()).filteredOn(program -> program).hasSizeGreaterThan(100);
        assertThat(objects.values()).filteredOn(program -> !program).hasSizeGreaterThan(60);
        return objects;
    }

    /** Why the file to which a name led is not from the package whose control data declares the name. */
    private static Optional<String> problem(DebianRoot root, OpenRequest r, Closure closure) {
        Optional<String> expected = root.packageOfSoname(r.reason().name());
        if (expected.isEmpty() || r.reason().requester() == null) {
            return Optional.empty();
        }
        String canonical = closure.files().stream()
                .filter(f -> f.path().equals(r.path()))
                .map(OpenedFile::canonicalPath)
                .findFirst()
                .orElse(r.path());
        String found = root.packageOfFile(canonical).orElse("none");
        return found.equals(expected.get())
                ? Optional.empty()
                : Optional.of(r.reason().name() + " is '" + canonical + "' of " + found + " (expected " + expected.get()
                        + ")");
    }

    /** Runs the loader for every program and library, or under emulation for some of them; returns those. */
    private List<String> emulate(DebianRoot root, String emulator, String loader, Map<String, Boolean> objects)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("LD_TRACE_LOADED_OBJECTS=1", "--", loader));
        if (!emulator.isEmpty()) {
            Path qemu = Oracles.emulator(emulator);
            Files.copy(qemu, root.path().resolve("emulator"), StandardCopyOption.COPY_ATTRIBUTES);
            command = List.of("--", "/emulator", "-E", "LD_TRACE_LOADED_OBJECTS=1", loader);
        }
        Path launcher = ChrootSystem.launcher(work);
        Needs.that(ChrootSystem.changesRoot(launcher, root.path()), "cannot change the root");
        List<String> compared = new ArrayList<>();
        List<String> differences = new ArrayList<>();
        List<String> paths = List.copyOf(objects.keySet());
        int step = emulator.isEmpty() ? 1 : Math.max(1, paths.size() / EMULATED);
        try (HostFileTree tree = HostFileTree.open(root.path())) {
            LoaderOptions options = LoaderOptions.defaults().withCpu(CpuProfile.BASELINE);
            ClosureResolver resolver = new ClosureResolver(tree, options);
            for (int i = 0; i < paths.size(); i += step) {
                String path = paths.get(i);
                List<String> whole =
                        new ArrayList<>(List.of(launcher.toString(), root.path().toString()));
                whole.addAll(command);
                whole.add(path);
                RealLoader.Answer expected = RealLoader.run(whole, Map.of(), Path.of(loader));
                if (isLoader(tree, path, loader)) {
                    continue;
                }
                Closure closure = objects.getOrDefault(path, false)
                        ? resolver.resolve(path, List.of())
                        : resolver.resolve(null, List.of(path));
                List<String> found = RealLoader.form(closure.linkMaps().get(0));
                assertThat(expected.status())
                        .as(path + ": " + expected.errors())
                        .isZero();
                compared.add(path);
                if (!without(loader, found).equals(without(loader, expected.list()))) {
                    differences.add(
                            path + "\n  expected " + expected.list() + expected.errors() + "\n  found    " + found);
                }
            }
        }
        assertThat(differences).isEmpty();
        return compared;
    }

    private static boolean isLoader(HostFileTree tree, String path, String loader) throws Exception {
        return TreePaths.find(tree, path).equals(TreePaths.find(tree, loader));
    }

    private static List<String> without(String loader, List<String> list) {
        return list.stream()
                .filter(l -> !l.equals("loader") && !l.endsWith(" => " + loader))
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
}
