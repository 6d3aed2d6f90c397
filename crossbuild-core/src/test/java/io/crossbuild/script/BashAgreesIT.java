// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.crossbuild.oracle.Oracles;
import io.crossbuild.script.shell.BrokenStepException;
import io.crossbuild.script.shell.CommandScanner;
import io.crossbuild.script.shell.ShellText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Asks bash itself whether commands are complete. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems have a different bash, or none")
class BashAgreesIT {
    @TempDir
    Path dir;

    @Test
    void theCompleteSamplesAreComplete() throws Exception {
        for (String sample : ShellSamples.COMPLETE) {
            assertThat(bashWantsMore(sample + "\n")).as(sample).isFalse();
        }
    }

    @Test
    void theIncompleteSamplesAreNot() throws Exception {
        for (String sample : ShellSamples.INCOMPLETE) {
            assertThat(bashWantsMore(sample + "\n")).as(sample).isTrue();
        }
    }

    @Test
    void everyPrefixOfGeneratedNestsIsJudgedAlike() throws Exception {
        Random random = new Random(20);
        for (int i = 0; i < 60; i++) {
            String nest = "{ " + ShellSamples.nest(random, 4) + "\n}";
            String[] lines = nest.split("\n", -1);
            StringBuilder prefix = new StringBuilder();
            for (int l = 0; l < lines.length; l++) {
                prefix.append(lines[l]).append('\n');
                if (l == lines.length - 1 || random.nextInt(4) == 0) {
                    boolean whole = scannerTakesAll(prefix.toString());
                    assertThat(whole).as(prefix.toString()).isEqualTo(!bashWantsMore(prefix.toString()));
                    assertThat(whole).as(prefix.toString()).isEqualTo(l == lines.length - 1);
                }
            }
        }
    }

    private static boolean scannerTakesAll(String text) {
        ShellText in = new ShellText(text);
        try {
            new CommandScanner(in).logicalLine();
            return in.atEnd();
        } catch (BrokenStepException e) {
            return false;
        }
    }

    private boolean bashWantsMore(String text) throws IOException, InterruptedException {
        Path script = Files.writeString(dir.resolve("sample.sh"), text);
        Path log = dir.resolve("log");
        ProcessBuilder builder = Oracles.process(List.of("bash", "-n", script.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("LC_ALL", "C");
        Process bash = builder.start();
        if (!bash.waitFor(10, TimeUnit.SECONDS)) {
            bash.destroyForcibly();
            fail("bash -n did not end for: " + text);
        }
        String said = Files.readString(log, StandardCharsets.ISO_8859_1);
        return said.contains("unexpected end of file")
                || said.contains("unexpected EOF")
                || said.contains("here-document");
    }
}
