// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.Needs;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares the paths that the loader opens according to us with those that it really opens, as seen by the kernel. */
class OpenedFilesIT {
    @Test
    void everyPathOpenedAndNoOther() throws Exception {
        assumeTrue(Files.exists(Lab.GLIBC), "not a machine with glibc for x86-64");
        Needs.that(Strace.works(), "strace does not work here");
        List<String> differences = new ArrayList<>();
        int compared = 0;
        LoaderOptions options = LoaderOptions.defaults().withCpu(RealLoader.cpu(Lab.GLIBC));
        try (HostFileTree tree = HostFileTree.open(Path.of("/"));
                Stream<Path> files = Files.list(Path.of("/usr/bin"))) {
            ClosureResolver resolver = new ClosureResolver(tree, options);
            for (Path file : files.sorted().toList()) {
                boolean privileged =
                        (Files.getAttribute(file, "unix:mode") instanceof Integer mode) && (mode & 06000) != 0;
                if (!isDynamicProgram(tree, file) || privileged) {
                    continue;
                }
                List<String> expected =
                        new ArrayList<>(Strace.opened(List.of(file.toString()), List.of("LD_TRACE_LOADED_OBJECTS=1")));
                expected.removeIf(p -> p.equals("/etc/ld.so.cache"));
                List<String> found = resolver.resolve(file.toString(), List.of()).files().stream()
                        .filter(f -> f.reason().rule() != SearchRule.PROGRAM
                                && f.reason().rule() != SearchRule.INTERPRETER)
                        .map(OpenedFile::path)
                        .toList();
                compared++;
                if (!found.equals(expected)) {
                    differences.add(file + "\n  expected " + expected + "\n  found    " + found);
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(compared).isGreaterThan(50);
    }

    private static boolean isDynamicProgram(HostFileTree tree, Path file) throws Exception {
        if (!(TreePaths.resolve(tree, file.toString()) instanceof TreePaths.Found found)
                || !found.node().isRegular()) {
            return false;
        }
        try (FileContent content = tree.open(found.node())) {
            return ElfFile.hasMagic(content)
                    && Lab.GLIBC
                            .toString()
                            .equals(ElfFile.read(content, file.toString()).interpreter());
        }
    }
}
