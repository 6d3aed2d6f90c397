// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Checks what keeps a cold start short, independent of the machine's load: the first use of {@code invokedynamic}, of a
 * stream or of a regular expression costs as much as a whole closure.
 */
class ColdStartIT {
    @Test
    void aClosureNeedsNothingThatIsMadeAtRunTime() throws Exception {
        String program = "/usr/bin/env";
        assumeTrue(Files.exists(Path.of("/lib64/ld-linux-x86-64.so.2")), "no glibc for x86-64");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ClosureBenchmark.class.getName(),
                        program)
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains(" files");
        List<String> made = output.lines()
                .filter(line -> line.contains("source:") && !line.contains("shared objects file"))
                .filter(line -> line.contains("Lambda")
                        || line.contains("java.lang.invoke")
                        || line.contains("java.util.stream")
                        || line.contains("java.util.regex"))
                .toList();
        assertThat(made).isEmpty();
    }
}
