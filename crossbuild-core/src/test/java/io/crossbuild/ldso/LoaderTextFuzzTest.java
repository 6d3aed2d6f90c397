// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileTree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** Texts on the disk of a hostile guest that decide what is opened. */
class LoaderTextFuzzTest {
    static Stream<byte[]> configurations() {
        return Stream.of(
                        "include /etc/ld.so.conf.d/*.conf\n/a # comment\nhwcap 1 x\n",
                        "include [z-a]*\ninclude /etc/[!a]?\\*[b\ninclude x\\\n",
                        "include ld.so.conf\ninclude ld.so.c[o-]nf\ninclude [^-]*\n",
                        "include /" + "*a".repeat(100) + "b\n/" + "/".repeat(2000) + "x\n")
                .map(LoaderTextFuzzTest::utf8);
    }

    @MethodSource("configurations")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aConfigurationOfLdconfig(byte[] bytes) throws CrossbuildException {
        FileTree tree = TestRoot.debian()
                .text("/etc/ld.so.conf", new String(bytes, StandardCharsets.UTF_8))
                .text("/etc/ld.so.conf.d/a.conf", "/new\n")
                .text("/" + "a".repeat(200), "")
                .library("/new/liba.so.1")
                .program("/prog", "liba.so.1")
                .tree();
        LoaderOptions options = LoaderOptions.defaults().withLdconfig(true);
        Fuzzing.check(bytes, () -> new ClosureResolver(tree, options).resolve("/prog", List.of()));
    }

    static Stream<byte[]> firstLines() {
        return Stream.of(
                        "#!/bin/sh -e\n",
                        "#! /usr/bin/env -S FOO=1 'a b' \\\"c",
                        "#!/usr/bin/env -vS -u X PATH=/x:y node\n",
                        "#!" + " \t".repeat(127))
                .map(LoaderTextFuzzTest::utf8);
    }

    @MethodSource("firstLines")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void theFirstLineOfAScript(byte[] bytes) {
        byte[] head = Arrays.copyOf(bytes, Math.min(bytes.length, ScriptLine.MAX_BYTES));
        Fuzzing.check(bytes, () -> {
            Optional<ScriptLine> line = ScriptLine.parse(head);
            line.ifPresent(ScriptLine::envCommand);
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
