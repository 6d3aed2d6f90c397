// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.closure.Closure;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Compares our result with that of the real loader, for every program and library of the machine that runs the tests.
 * What was compared, refused and left out is listed in target/loader-oracle-*.txt.
 */
class LoaderOracleIT {
    private static final Path GLIBC = Path.of("/lib64/ld-linux-x86-64.so.2");

    @BeforeAll
    static void needsAMachineWithGlibc() {
        assumeTrue(Files.exists(GLIBC), "not a machine with glibc for x86-64");
    }

    @Test
    void everyProgramOfTheMachine() throws Exception {
        List<Path> files = new ArrayList<>();
        for (String directory : new String[] {"/usr/bin", "/usr/sbin"}) {
            try (Stream<Path> list = Files.list(Path.of(directory))) {
                list.sorted().forEach(files::add);
            }
        }
        Tally tally = compare(files);
        tally.write("programs");
        assertThat(tally.differences).isEmpty();
        assertThat(tally.compared).hasSizeGreaterThan(100);
    }

    @Test
    void everyLibraryOfTheMachine() throws Exception {
        Tally tally = compare(filesBelow(Path.of("/usr/lib")));
        tally.write("libraries");
        assertThat(tally.differences).isEmpty();
        assertThat(tally.compared).hasSizeGreaterThan(100);
    }

    private static List<Path> filesBelow(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (attributes.isRegularFile()) {
                    files.add(file);
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        files.sort(null);
        return files;
    }

    private static final class Tally {
        final List<String> compared = new ArrayList<>();
        final List<String> differences = new ArrayList<>();
        final List<String> refused = new ArrayList<>();
        final List<String> leftOut = new ArrayList<>();

        void write(String name) throws IOException {
            List<String> lines = new ArrayList<>();
            lines.add(compared.size() + " compared, " + differences.size() + " different, " + refused.size()
                    + " refused by the loader, " + leftOut.size() + " without a loader");
            refused.forEach(r -> lines.add("refused: " + r));
            leftOut.forEach(r -> lines.add("left out: " + r));
            Files.createDirectories(Path.of("target"));
            Files.write(Path.of("target/loader-oracle-" + name + ".txt"), lines);
        }
    }

    private static Tally compare(List<Path> files) throws Exception {
        Tally tally = new Tally();
        try (HostFileTree tree = HostFileTree.open(Path.of("/"))) {
            LoaderOptions options = LoaderOptions.defaults().withCpu(RealLoader.cpu(GLIBC));
            ClosureResolver resolver = new ClosureResolver(tree, options);
            for (Path file : files) {
                Optional<ElfFile> elf = elf(tree, file);
                if (elf.isPresent()) {
                    compare(resolver, tree, file, elf.get(), tally);
                }
            }
        }
        return tally;
    }

    private static void compare(ClosureResolver resolver, FileTree tree, Path file, ElfFile elf, Tally tally)
            throws Exception {
        boolean program = elf.isProgram() && elf.interpreter() != null;
        Path loader = Path.of(elf.interpreter() != null ? elf.interpreter() : DefaultLoaders.glibc(elf.header()));
        if (elf.dynamic() == null || (elf.isProgram() && !program) || isLoaderItself(tree, file, loader)) {
            tally.leftOut.add(file + ": static, or a loader");
            return;
        }
        if (!Files.exists(loader) || loader.toString().contains("musl") || !RealLoader.runs(loader)) {
            tally.leftOut.add(file + ": for " + AbiFilter.describe(elf.header()) + " with '" + loader + "'");
            return;
        }
        // A program with more rights than its caller would ignore the trace mode and run.
        boolean privileged = (Files.getAttribute(file, "unix:mode") instanceof Integer mode) && (mode & 06000) != 0;
        RealLoader.Answer expected =
                program && !privileged ? RealLoader.trace(file, Map.of()) : RealLoader.list(loader, file, Map.of());
        Closure closure = program
                ? resolver.resolve(file.toString(), List.of())
                : resolver.resolve(null, List.of(file.toString()));
        if (expected.refused()) {
            tally.refused.add(file + ": " + expected.errors().trim());
            return;
        }
        List<String> found = closure.linkMaps().isEmpty()
                ? List.of("nothing: " + closure.skipped() + closure.problems())
                : RealLoader.form(closure.linkMaps().get(0));
        if (elf.dynamic().dependencies().isEmpty()) {
            // The loader does not print its list then.
            found = found.stream().filter(f -> !f.equals("loader")).toList();
        }
        if (found.equals(expected.list())) {
            tally.compared.add(file.toString());
        } else {
            tally.differences.add(file + "\n  expected " + expected.list() + "\n  found    " + found);
        }
    }

    private static boolean isLoaderItself(FileTree tree, Path file, Path loader) throws Exception {
        return TreePaths.find(tree, file.toString()).equals(TreePaths.find(tree, loader.toString()));
    }

    private static Optional<ElfFile> elf(FileTree tree, Path file) throws Exception {
        if (!(TreePaths.resolve(tree, file.toString()) instanceof TreePaths.Found found)
                || !found.node().isRegular()) {
            return Optional.empty();
        }
        try (FileContent content = tree.open(found.node())) {
            if (!ElfFile.hasMagic(content)) {
                return Optional.empty();
            }
            ElfFile elf = ElfFile.read(content, file.toString());
            return elf.header().type() == 2 || elf.header().type() == 3 ? Optional.of(elf) : Optional.empty();
        } catch (MalformedInputException e) {
            return Optional.empty();
        }
    }
}
