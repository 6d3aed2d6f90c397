// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The guard under shells that are /bin/sh somewhere: bash on macOS, busybox on Alpine, and others. */
@Timeout(60)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no guard")
class ParentDeathGuardTest {
    @TempDir
    Path directory;

    static Stream<String> shells() {
        return Stream.of("/bin/sh", "dash", "bash --posix", "busybox ash", "zsh --emulate sh", "mksh");
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theStatusAndTheOutputComeThrough(String shell) throws Exception {
        Process guarded = start(shell, "printf '%s\\n' \"$@\"; exit 7", "a b,\u00fc", "", "$HOME;'\"", "*");
        String output = new String(guarded.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output).isEqualTo("a b,\u00fc\n\n$HOME;'\"\n*\n");
        assertThat(guarded.waitFor()).isEqualTo(7);
        assertThat(start(shell, "kill -9 $$").waitFor()).isEqualTo(128 + 9);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void theProgramDiesWhenTheJvmIsGone(String shell) throws Exception {
        Process guarded = start(shell, "trap '' TERM HUP INT; echo $$; while :; do sleep 0.05; done");
        ProcessHandle program = program(guarded);
        List<ProcessHandle> all = guarded.descendants().toList();
        // All that a JVM does that is killed.
        guarded.getOutputStream().close();
        assertThat(guarded.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(guarded.exitValue()).isEqualTo(128 + 9);
        assertThat(program.isAlive()).isFalse();
        ChildProcessTest.awaitDeath(all);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void aSignalToEndReachesTheProgramAndAnInterruptDoesNot(String shell) throws Exception {
        Process guarded = start(shell, "trap 'echo bye; exit 3' TERM; echo $$; while :; do sleep 0.05; done");
        BufferedReader output = guarded.inputReader();
        String pid = output.readLine();
        assertThat(new ProcessBuilder("kill", "-INT", Long.toString(guarded.pid()))
                        .start()
                        .waitFor())
                .isZero();
        Thread.sleep(100);
        assertThat(guarded.isAlive()).isTrue();
        guarded.toHandle().destroy();
        assertThat(output.readLine()).as("of " + pid).isEqualTo("bye");
        assertThat(guarded.waitFor()).isEqualTo(3);
    }

    @ParameterizedTest
    @MethodSource("shells")
    void nothingIsLeftWhenTheProgramEnds(String shell) throws Exception {
        Path end = directory.resolve("end");
        Process guarded = start(shell, "echo $$; until [ -e \"$1\" ]; do sleep 0.02; done", end.toString());
        program(guarded);
        List<ProcessHandle> all = guarded.descendants().toList();
        // The watcher may start after the program.
        for (Deadline soon = Deadline.after(Duration.ofSeconds(10)); all.size() < 2 && !soon.isExpired(); ) {
            Thread.sleep(10);
            all = guarded.descendants().toList();
        }
        assertThat(all).as("the program and the watcher").hasSizeGreaterThan(1);
        Files.createFile(end);
        assertThat(guarded.waitFor()).isZero();
        ChildProcessTest.awaitDeath(all);
    }

    private static ProcessHandle program(Process guarded) throws Exception {
        return ProcessHandle.of(Long.parseLong(guarded.inputReader().readLine()))
                .orElseThrow();
    }

    /** Runs a script in a guard that the shell runs. */
    private Process start(String shell, String script, String... arguments) throws Exception {
        List<String> words = List.of(shell.split(" "));
        assumeTrue(isThere(words.get(0)), words.get(0) + " is not installed: the guard is not tried with it");
        List<String> argv = Stream.concat(Stream.of("/bin/sh", "-c", script, "x"), Stream.of(arguments))
                .toList();
        return new ProcessBuilder(ParentDeathGuard.wrap(words, argv))
                .redirectError(directory.resolve("err").toFile())
                .start();
    }

    private static boolean isThere(String program) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(place -> Files.isExecutable(Path.of(place).resolve(program)));
    }
}
