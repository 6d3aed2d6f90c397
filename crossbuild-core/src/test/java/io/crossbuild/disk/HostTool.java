// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.oracle.Oracles;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the tools with which the readers are compared. */
public final class HostTool {
    private HostTool() {}

    /** Runs a command that must succeed, and returns its output. */
    public static String run(String... command) throws IOException, InterruptedException {
        return run(List.of(0), command);
    }

    /** Runs a command that must end with one of the given statuses. */
    public static String run(List<Integer> statuses, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile("tool", ".out");
        try {
            ProcessBuilder builder = Oracles.process(List.of(command))
                    .redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                    .redirectOutput(out.toFile());
            Process process = builder.start();
            boolean ended = process.waitFor(120, TimeUnit.SECONDS);
            process.destroyForcibly();
            String text = Files.readString(out, StandardCharsets.ISO_8859_1);
            assertThat(ended).as(Arrays.toString(command)).isTrue();
            assertThat(process.waitFor())
                    .as("%s: %s", Arrays.toString(command), text)
                    .isIn(statuses);
            return text;
        } finally {
            Files.delete(out);
        }
    }
}
