// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.Needs;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.NeededCache;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.oracle.Oracles;
import io.crossbuild.tree.HostFileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies with only the files and links of a closure: the proof succeeds, and the program runs. */
class ClosureCopyIT {
    @TempDir
    Path work;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/usr/bin/bash --version",
                "/usr/bin/perl --version",
                "/usr/bin/openssl version",
                "/usr/bin/gcc --version"
            })
    void theCopyIsAllThatTheProgramNeeds(String line) throws Exception {
        List<String> command = List.of(line.split(" "));
        Path system = Oracles.system();
        Needs.that(Files.exists(in(system, command.get(0))), "no " + command.get(0));
        Path root = Files.createDirectory(work.resolve("root"));
        Closure original = resolve(system, command.get(0));
        copy(system, original, root);
        ClosureProof proof = ClosureProof.compare(original, resolve(root, command.get(0)), UnaryOperator.identity());
        assertThat(proof.differences()).isEmpty();
        Path launcher = ChrootSystem.launcher(work);
        List<String> run = new ArrayList<>(List.of(launcher.toString(), root.toString(), "--"));
        Needs.that(ChrootSystem.changesRoot(launcher, root), "cannot change the root");
        run.addAll(command);
        Lab.execute(run);
    }

    @Test
    void theProofSeesThatALibraryIsMissing() throws Exception {
        Path root = Files.createDirectory(work.resolve("root"));
        Path system = Oracles.system();
        Needs.that(Files.exists(in(system, "/usr/bin/openssl")), "no openssl");
        Closure original = resolve(system, "/usr/bin/openssl");
        copy(system, original, root);
        OpenedFile last = original.files().get(original.files().size() - 1);
        Files.delete(Path.of(root + last.canonicalPath()));
        assertThat(ClosureProof.compare(original, resolve(root, "/usr/bin/openssl"), UnaryOperator.identity())
                        .differences())
                .extracting(ClosureProof.Difference::kind)
                .contains(ClosureProof.Difference.Kind.LOST, ClosureProof.Difference.Kind.MISSING);
    }

    private static Closure resolve(Path root, String program) throws Exception {
        try (HostFileTree tree = HostFileTree.open(root)) {
            return new ClosureResolver(tree, LoaderOptions.defaults()).resolve(program, List.of());
        }
    }

    private static Path in(Path system, String path) {
        return system.resolve(path.substring(1));
    }

    private static void copy(Path system, Closure closure, Path root) throws Exception {
        for (OpenedFile f : closure.files()) {
            for (String link : f.links()) {
                Path copy = Path.of(root + link);
                if (!Files.isSymbolicLink(copy)) {
                    Files.createDirectories(copy.getParent());
                    Files.createSymbolicLink(copy, Files.readSymbolicLink(in(system, link)));
                }
            }
            Path copy = Path.of(root + f.canonicalPath());
            if (!Files.exists(copy)) {
                Files.createDirectories(copy.getParent());
                Files.copy(in(system, f.canonicalPath()), copy, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        NeededCache cache = closure.neededCache();
        if (cache != null) {
            Path copy = Path.of(root + cache.path());
            Files.createDirectories(copy.getParent());
            Files.write(copy, LibraryCacheWriter.write(cache.entries(), cache.byteOrder()));
        }
    }
}
