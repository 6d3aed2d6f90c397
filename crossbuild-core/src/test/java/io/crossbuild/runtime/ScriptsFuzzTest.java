// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.ldso.ScriptLine;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Scripts on the disk of a hostile guest. */
class ScriptsFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        "#!/bin/sh\nexec nice -n 5 env A=/bin/sh \"$a\" `sh x` $(sh; a | b)\n",
                        "#!/usr/bin/env -S PATH=/bin sh\nif a; then case x in a) sh;; esac; fi <<E\n$(sh)\nE\n",
                        "#!/bin/sh\n" + "$(".repeat(1500),
                        "#!/bin/sh\n" + "`\\`".repeat(800) + "\n" + "if\n((\n".repeat(300))
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aScript(byte[] bytes) throws IOException, CrossbuildException {
        MemoryFileTree tree = MemoryFileTree.builder()
                .file("/s", bytes, FileAttributes.of(0755))
                .file("/bin/sh", new byte[4], FileAttributes.of(0755))
                .build();
        FileNode script = TreePaths.find(tree, "/s").orElseThrow();
        Fuzzing.check(bytes, () -> {
            Scripts scripts = new Scripts(tree, Map.of());
            Optional<ScriptLine> line = scripts.line(script);
            if (line.isPresent()) {
                scripts.interpreters(line.get());
            }
            scripts.commands("/s", script);
        });
    }
}
