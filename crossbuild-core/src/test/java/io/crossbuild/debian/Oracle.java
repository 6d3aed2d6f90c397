// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.oracle.Oracles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's own programs, to compare with. If tests with virtual machines are requested, nothing may be missing. */
final class Oracle {
    private Oracle() {}

    static void need(String program) throws IOException, InterruptedException {
        Oracles.program(program);
    }

    /** The output of a program; its input comes from a file or is empty. */
    static String run(Path directory, Path input, List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile(directory, "output", ".txt");
        Path errors = Files.createTempFile(directory, "errors", ".txt");
        ProcessBuilder builder = Oracles.process(command)
                .redirectInput(input.toFile())
                .redirectOutput(output.toFile())
                .redirectError(errors.toFile());
        Process process = builder.start();
        try {
            if (!process.waitFor(5, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError(command + " failed: " + Files.readString(errors));
            }
        } finally {
            process.destroyForcibly();
        }
        return Files.readString(output, StandardCharsets.UTF_8);
    }
}
