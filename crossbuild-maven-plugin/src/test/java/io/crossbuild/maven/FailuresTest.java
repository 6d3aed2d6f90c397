// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.error.StepFailedException;
import io.crossbuild.error.VirtualMachineException;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.junit.jupiter.api.Test;

class FailuresTest {
    private static final String SHELL = "mvn crossbuild:shell";

    @Test
    void whatTheUserCanMendIsABuildFailureWithHintAndLog() {
        Path log = Path.of("build.log");
        assertThatThrownBy(() -> Failures.rethrow(
                        new StepFailedException(
                                "Step failed", AdviceKey.MORE_MEMORY.advice(), log, Path.of("build.txt"), 1, 2),
                        SHELL))
                .isInstanceOf(MojoFailureException.class)
                .hasMessage(
                        "Step failed\nThe guest ran out of memory: give it more with -Dcrossbuild.memory\nLog: build.log\n"
                                + "To look around in the state before it, run: mvn crossbuild:shell")
                .hasNoCause();
        assertThatThrownBy(() -> Failures.rethrow(new ConfigException("a", List.of("b"), null), SHELL))
                .isInstanceOf(MojoFailureException.class)
                .hasMessage("Cannot use 'a': b");
        assertThatThrownBy(() -> Failures.rethrow(
                        NotBuiltException.of(Path.of("a"), "b", AdviceKey.BUILD_FIRST.advice()), SHELL))
                .isInstanceOf(MojoFailureException.class)
                .hasMessage("Cannot use 'a': b\nRun 'mvn crossbuild:build' first");
    }

    @Test
    void theRestIsAnExecutionErrorWithoutTheTextsOfItsCauses() {
        IOException cause = new IOException("Connection reset");
        assertThatThrownBy(() -> Failures.rethrow(new VirtualMachineException("QEMU died", null, null, cause), SHELL))
                .isInstanceOf(MojoExecutionException.class)
                .hasMessage("QEMU died")
                .hasNoCause();
    }

    @Test
    void namesOfTheGuestCannotSpeakToTheTerminal() {
        assertThatThrownBy(() -> Failures.rethrow(
                        new ClosureException(
                                "Cannot load 'a\u001b[2J\u202eb'\n\tfor 'c'", AdviceKey.MOVE_AWAY.advice()),
                        SHELL))
                .hasMessage("Cannot load 'a\\x1B[2J<U+202E>b'\n    for 'c'\nMove it away");
    }

    @Test
    void namesOfTheGuestInIoErrorsCannotEither() {
        assertThatThrownBy(() -> Failures.rethrow(
                        new FileSystemException("/root/a\u001b[2J\u202eb", null, "File name too long"), SHELL))
                .hasMessage("Cannot read or write: /root/a\\x1B[2J<U+202E>b: File name too long")
                .hasNoCause();
    }

    @Test
    void ioErrorsWithoutAReasonGetOne() {
        assertThatThrownBy(() -> Failures.rethrow(new NoSuchFileException("/a"), SHELL))
                .isInstanceOf(MojoExecutionException.class)
                .hasMessage("Cannot read or write '/a': NoSuchFileException");
    }

    @Test
    void interruptsAreRestored() {
        assertThatThrownBy(() -> Failures.rethrow(new InterruptedException(), SHELL))
                .isInstanceOf(MojoExecutionException.class)
                .hasMessage("Interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }
}
