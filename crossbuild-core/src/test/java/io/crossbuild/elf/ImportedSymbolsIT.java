// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.oracle.Oracles;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Compares with nm(1) for programs and libraries of this machine. */
class ImportedSymbolsIT {
    private static final int MOST = 150;

    @Test
    void importsAreThoseOfNm() throws Exception {
        Oracles.program("nm");
        int compared = 0;
        try (HostFileTree tree = HostFileTree.open(Path.of("/"))) {
            for (Path file : files()) {
                FileNode node = TreePaths.find(tree, file.toString()).orElseThrow();
                if (ElfMagic.isLoadable(tree, node)) {
                    try (FileContent content = tree.open(node)) {
                        Set<String> found = new TreeSet<>(ImportedSymbols.of(content, file.toString()));
                        Set<String> expected = ofNm(file);
                        Set<String> both = new TreeSet<>(found);
                        both.retainAll(expected);
                        found.removeAll(both);
                        expected.removeAll(both);
                        assertThat(found).as("only ours, of " + file).isEmpty();
                        assertThat(expected).as("only nm's, of " + file).isEmpty();
                    }
                    compared++;
                }
            }
        }
        assertThat(compared).isPositive();
    }

    private static List<Path> files() throws Exception {
        List<Path> files = new ArrayList<>();
        for (String directory : List.of("/usr/bin", "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu")) {
            if (Files.isDirectory(Path.of(directory))) {
                try (Stream<Path> list = Files.list(Path.of(directory))) {
                    list.sorted()
                            .filter(f -> Files.isRegularFile(f) && Files.isReadable(f))
                            .limit(MOST)
                            .forEach(files::add);
                }
            }
        }
        return files;
    }

    private static Set<String> ofNm(Path file) throws Exception {
        Process nm = Oracles.process(
                        List.of("nm", "-D", "--undefined-only", "--without-symbol-versions", "-P", file.toString()))
                .redirectErrorStream(true)
                .start();
        String printed = new String(nm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Set<String> names = new TreeSet<>();
        if (nm.waitFor() == 0) {
            printed.lines()
                    .filter(line -> !line.endsWith("no symbols") && line.indexOf(' ') > 0)
                    .map(line -> line.substring(0, line.indexOf(' ')))
                    .forEach(names::add);
        }
        return names;
    }
}
