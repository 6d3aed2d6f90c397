// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.PretendedHost;
import io.crossbuild.io.HostOs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the children here are POSIX shells")
class ChildProcessTest {
    @TempDir
    Path directory;

    @Test
    void theExitStatusComesThrough() throws Exception {
        try (ChildProcess child = sh("exit 7")) {
            assertThat(child.waitFor(soon())).isEqualTo(7);
            assertThat(child.onExit().join()).isEqualTo(7);
            assertThat(child.isAlive()).isFalse();
        }
    }

    @Test
    void aSignalIsToldAs128PlusItsNumber() throws Exception {
        try (ChildProcess child = sh("kill -9 $$")) {
            assertThat(child.waitFor(soon())).isEqualTo(128 + 9);
        }
    }

    @Test
    void bothOutputsAreInTheLogAndInTheTail() throws Exception {
        try (ChildProcess child = sh("echo out; echo err >&2; printf last")) {
            child.waitFor(soon());
            assertThat(child.tail()).containsExactlyInAnyOrder("out", "err", "last");
            assertThat(Files.readString(child.logFile())).contains("out\n", "err\n", "last");
        }
    }

    @Test
    void withoutTheGuardTheProgramItselfIsTheChildAndItsChildrenEndWithIt() throws Exception {
        List<ProcessHandle> below;
        try (PretendedHost windows = PretendedHost.of(HostOs.WINDOWS);
                ChildProcess child = sh("sleep 1000 & echo $$; wait")) {
            awaitLines(child, 1);
            assertThat(child.tail()).as("%s", windows).containsExactly(Long.toString(child.pid()));
            below = ProcessHandle.of(child.pid()).orElseThrow().descendants().toList();
            assertThat(below).hasSize(1);
        }
        awaitDeath(below);
    }

    @Test
    void theTailIsBoundedAndTheLogIsNot() throws Exception {
        try (ChildProcess child = sh("i=0; while [ $i -lt 1000 ]; do echo line$i; i=$((i+1)); done")) {
            child.waitFor(soon());
            assertThat(child.tail()).hasSize(100).startsWith("line900").endsWith("line999");
            assertThat(Files.readAllLines(child.logFile())).hasSize(1000);
        }
    }

    @Test
    void theEnvironmentIsSetOnTopOfTheJvms() throws Exception {
        try (ChildProcess child = start(List.of("/bin/sh", "-c", "echo $A; test -n \"$PATH\""), Map.of("A", "b c"))) {
            assertThat(child.waitFor(soon())).isZero();
            assertThat(child.tail()).containsExactly("b c");
        }
    }

    @Test
    void argumentsReachTheProgramUnchanged() throws Exception {
        try (ChildProcess child =
                start(List.of("/bin/sh", "-c", "printf '%s\\n' \"$@\"", "x", "a b", "", "$HOME;'\"", "*"), Map.of())) {
            child.waitFor(soon());
            assertThat(child.tail()).containsExactly("a b", "", "$HOME;'\"", "*");
        }
    }

    @Test
    void standardInputIsEmpty() throws Exception {
        try (ChildProcess child = sh("cat; echo done")) {
            assertThat(child.waitFor(soon())).isZero();
            assertThat(child.tail()).containsExactly("done");
        }
    }

    @Test
    void aMissingProgramIsAnErrorThatNamesIt() {
        assertThatThrownBy(() -> start(List.of("/nonexistent/program"), Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'/nonexistent/program'");
    }

    @Test
    void aWaitEndsAtItsDeadline() throws Exception {
        try (ChildProcess child = sh("sleep 100")) {
            assertThatThrownBy(() -> child.waitFor(Deadline.after(Duration.ofMillis(50))))
                    .isInstanceOf(TimeoutException.class);
            assertThat(child.isAlive()).isTrue();
        }
    }

    @Test
    void terminateReachesTheProgram() throws Exception {
        try (ChildProcess child = sh("trap 'echo bye; exit 3' TERM; echo up; while :; do sleep 0.01; done")) {
            awaitLine(child, "up");
            child.terminate();
            assertThat(child.waitFor(soon())).isEqualTo(3);
            assertThat(child.tail()).contains("bye");
        }
    }

    @Test
    void aProgramThatIgnoresTerminateIsKilledByClose() throws Exception {
        ChildProcess child = sh("trap '' TERM; echo up; while :; do sleep 0.01; done");
        awaitLine(child, "up");
        child.terminate();
        assertThat(child.isAlive()).isTrue();
        child.close();
        assertThat(child.isAlive()).isFalse();
        child.close();
    }

    @Test
    void closeEndsTheWholeTree() throws Exception {
        ChildProcess child = sh("sleep 100 & echo $!; sleep 100 & echo $!; wait");
        awaitLines(child, 2);
        List<ProcessHandle> tree =
                ProcessHandle.of(child.pid()).orElseThrow().descendants().toList();
        assertThat(tree.stream().map(ProcessHandle::pid).map(String::valueOf).collect(Collectors.toSet()))
                .containsAll(child.tail());
        child.close();
        awaitDeath(tree);
    }

    @Test
    void nothingIsLeftWhenTheProgramEnds() throws Exception {
        try (ChildProcess child = sh("echo up; read line <&0; sleep 0.05")) {
            awaitLine(child, "up");
            List<ProcessHandle> tree =
                    ProcessHandle.of(child.pid()).orElseThrow().descendants().toList();
            child.waitFor(soon());
            awaitDeath(tree);
        }
    }

    @Test
    void theEndIsReportedAlthoughAGrandchildHoldsTheOutput() throws Exception {
        try (ChildProcess child = sh("sleep 2 & exit 4")) {
            assertThat(child.waitFor(soon())).isEqualTo(4);
        }
    }

    @Test
    void aProgramKilledFromOutsideIsNoticed() throws Exception {
        try (ChildProcess child = sh("echo $$; exec sleep 100")) {
            awaitLines(child, 1);
            ProcessHandle.of(Long.parseLong(child.tail().get(0))).orElseThrow().destroyForcibly();
            assertThat(child.waitFor(soon())).isEqualTo(128 + 9);
        }
    }

    private ChildProcess sh(String script) throws IOException {
        return start(List.of("/bin/sh", "-c", script), Map.of());
    }

    private ChildProcess start(List<String> argv, Map<String, String> env) throws IOException {
        return ChildProcess.start(new ChildCommand(argv, env, directory.resolve("log")));
    }

    private static void awaitLine(ChildProcess child, String line) throws InterruptedException {
        Deadline deadline = soon();
        while (!child.tail().contains(line)) {
            assertThat(deadline.isExpired())
                    .as("waiting for '%s' in %s", line, child.tail())
                    .isFalse();
            Thread.sleep(5);
        }
    }

    private static void awaitLines(ChildProcess child, int count) throws InterruptedException {
        Deadline deadline = soon();
        while (child.tail().size() < count) {
            assertThat(deadline.isExpired()).isFalse();
            Thread.sleep(5);
        }
    }

    static void awaitDeath(List<ProcessHandle> processes) throws InterruptedException {
        Deadline deadline = soon();
        for (ProcessHandle process : processes) {
            while (process.isAlive()) {
                assertThat(deadline.isExpired())
                        .as("%s still runs", process.info())
                        .isFalse();
                Thread.sleep(5);
            }
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }
}
