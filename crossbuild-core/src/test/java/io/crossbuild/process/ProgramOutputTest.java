// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the programs here are POSIX shells")
class ProgramOutputTest {
    @Test
    void statusAndBothStreamsAreKept() throws Exception {
        assertThat(run("echo a; echo b >&2; exit 3", Duration.ofSeconds(20))).isEqualTo(new ProgramOutput(3, "a\nb\n"));
    }

    @Test
    void anEndlessOutputIsCutOff() throws Exception {
        assertThat(run("head -c 1000000 /dev/zero", Duration.ofSeconds(20)).text())
                .hasSize(64 << 10);
    }

    @Test
    void aProgramThatDoesNotEndIsKilled() {
        assertThatThrownBy(() -> run("exec sleep 100", Duration.ofMillis(50)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("did not end within 50 ms");
    }

    private static ProgramOutput run(String script, Duration time) throws IOException, InterruptedException {
        return ProgramOutput.of(List.of("/bin/sh", "-c", script), Map.of(), Deadline.after(time));
    }
}
