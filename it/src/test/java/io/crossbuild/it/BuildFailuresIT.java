// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Builds that fail: the message is right, and nothing is left over. */
@VirtualMachineTest
class BuildFailuresIT {
    private static final String LOOK_AROUND = "To look around in the state before it, run: mvn crossbuild:shell";
    private static final String FAILURE = "Failed to execute goal io.crossbuild:crossbuild-maven-plugin:"
            + Settings.version() + ":build (default-cli)" + " on project minimal: ";

    private Project project;

    @BeforeEach
    void copy(TestInfo test) throws IOException {
        project = Project.minimal(test.getTestMethod().orElseThrow().getName())
                .write("config.json", "{ \"Program\": \"/bin/sh\" }\n");
    }

    @Test
    void failingLineIsToldWithItsPlaceItsStatusAndItsLastLines() throws Exception {
        String first = "fine " + System.nanoTime();
        project.write(
                "build.txt",
                "echo " + first + "\n\nfor i in $(seq 30); do echo line $i; done; (exit 42)\necho never\n");
        MavenOutcome outcome = project.maven("crossbuild:build").run(DEADLINE);
        outcome.failed().mentions("[1] fine").leftNothingBehind();
        assertThat(outcome.output()).doesNotContain("[3] never");
        List<String> expected = new ArrayList<>();
        expected.add(FAILURE + "Line 3 of '" + file("build.txt")
                + "' failed: 'for i in $(seq 30); do echo line $i; done; (exit 42)' ended with status 42 (expected 0)");
        IntStream.rangeClosed(11, 30).forEach(i -> expected.add("  line " + i));
        expected.add("Log: " + log("build.log"));
        expected.add(LOOK_AROUND);
        assertThat(outcome.errors()).isEqualTo(expected);
        assertThat(Files.readAllLines(log("build.log"))).contains(first, "line 1", "line 30");
        assertThat(project.targetRoot()).doesNotExist();
    }

    @Test
    void layersBeforeAFailingLineStay() throws Exception {
        String first = "echo " + System.nanoTime() + " > kept\n";
        project.write("build.txt", first + "cat missing\n")
                .maven("crossbuild:build")
                .run(DEADLINE)
                .failed();
        project.write("build.txt", first + "cat kept\n")
                .maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("2 steps, 1 run, 1 from the store");
    }

    @Test
    void programThatTheGuestHasNotIsAnError() throws Exception {
        project.write("build.txt", "true\n").write("config.json", "{ \"Program\": \"/usr/bin/dpkgg\" }\n");
        MavenOutcome outcome = project.maven("crossbuild:build").run(DEADLINE);
        outcome.failed().leftNothingBehind();
        assertThat(String.join("\n", outcome.errors()))
                .contains("Program '/usr/bin/dpkgg': not in the guest; did you mean '/usr/bin/dpkg'?")
                .contains("Correct the paths, or create them in a line of build.txt");
    }

    @Test
    void machineThatDiesDuringAStepIsToldAtOnce() throws Exception {
        project.write("build.txt", "echo started; sleep 600\n");
        RunningMaven maven = project.maven("crossbuild:build").start();
        maven.awaitOutput("[1] started", DEADLINE);
        maven.killMachine();
        MavenOutcome outcome = maven.await(Duration.ofSeconds(60));
        outcome.failed().leftNothingBehind();
        assertThat(outcome.errors().get(0))
                .isEqualTo(FAILURE + "The virtual machine was lost while a command ran: QEMU ended with status 137");
        assertThat(outcome.errors()).last().asString().startsWith("Log: ");
    }

    @Test
    void guestThatNeverGetsReadyIsGivenUp() throws Exception {
        project.write("build.txt", "echo " + System.nanoTime() + "\n");
        MavenOutcome outcome = project.maven("crossbuild:build", "-Dcrossbuild.bootTimeout=50ms")
                .run(DEADLINE);
        outcome.failed().leftNothingBehind();
        // On a slow host QEMU itself does not answer so soon.
        assertThat(outcome.errors().get(0)).startsWith(FAILURE + "Virtual machine did not ");
        Path qemuLog = log("qemu.log");
        Path log = Files.size(qemuLog) > 0 || !Files.exists(log("serial.log")) ? qemuLog : log("serial.log");
        assertThat(outcome.errors())
                .contains("Give it more time with -Dcrossbuild.bootTimeout, or see in the log what it is waiting for")
                .last()
                .isEqualTo("Log: " + log);
    }

    @Test
    void lineThatFloodsTheConsoleOrTheLogIsEnded() throws Exception {
        project.write("build.txt", "while :; do echo flood; done >/dev/console\n");
        MavenOutcome console =
                project.maven("crossbuild:build", "-Dcrossbuild.maxLogSize=1m").run(DEADLINE);
        console.failed().leftNothingBehind();
        assertThat(console.errors().get(0))
                .isEqualTo(FAILURE + "Line 1 of '" + file("build.txt")
                        + "' failed: the guest's console printed more than 1048576 bytes into '" + log("serial.log")
                        + "' (expected at most that many)");
        project.write("build.txt", "yes\n");
        MavenOutcome printed =
                project.maven("crossbuild:build", "-Dcrossbuild.maxLogSize=1m").run(DEADLINE);
        printed.failed().leftNothingBehind();
        assertThat(printed.errors().get(0))
                .isEqualTo(FAILURE + "Line 1 of '" + file("build.txt") + "' failed: 'yes' filled '" + log("build.log")
                        + "': more than 1048576 bytes (expected at most that many)");
        assertThat(Files.size(log("build.log"))).isLessThan(2 << 20);
    }

    @Test
    void stepThatTakesTooLongIsGivenUp() throws Exception {
        project.write("build.txt", "echo started; sleep 600\n");
        MavenOutcome outcome =
                project.maven("crossbuild:build", "-Dcrossbuild.stepTimeout=5s").run(DEADLINE);
        outcome.failed().leftNothingBehind();
        assertThat(outcome.errors())
                .containsExactly(
                        FAILURE + "Line 1 of '" + file("build.txt")
                                + "' failed: 'echo started; sleep 600' did not end within 5s (expected status 0)",
                        "  started",
                        "Give it more time with -Dcrossbuild.stepTimeout",
                        "Log: " + log("build.log"),
                        LOOK_AROUND);
    }

    @Test
    void interruptEndsTheMachineAndCleansUp() throws Exception {
        onPosix();
        project.write("build.txt", "echo started; sleep 600\n");
        RunningMaven maven = project.maven("crossbuild:build").start();
        maven.awaitOutput("[1] started", DEADLINE);
        if (System.getProperty("os.name").equals("Linux")) {
            assertThat(maven.listeningPorts()).as("ports of a build").isEmpty();
        }
        maven.interrupt();
        MavenOutcome outcome = maven.await(Duration.ofSeconds(30));
        assertThat(outcome.status()).isEqualTo(128 + 2);
        assertThat(outcome.machines()).isNotEmpty();
        outcome.failed().leftNothingBehind();
        assertThat(project.targetRoot()).doesNotExist();
    }

    @Test
    void machineDoesNotOutliveAKilledMaven() throws Exception {
        onPosix();
        project.write("build.txt", "echo started; sleep 600\n");
        RunningMaven maven = project.maven("crossbuild:build").start();
        maven.awaitOutput("[1] started", DEADLINE);
        maven.kill();
        MavenOutcome outcome = maven.await(Duration.ofSeconds(30));
        assertThat(outcome.machines()).isNotEmpty();
        outcome.allMachinesEnd(Duration.ofSeconds(10));
        // What a killed process leaves in the store is removed the next time the store is opened.
        project.maven("-o", "crossbuild:uninstall-env", "-Dcrossbuild.suite=bullseye", "-Dcrossbuild.packages=none")
                .run(DEADLINE)
                .succeeded()
                .leftNothingBehind();
    }

    private Path file(String name) {
        return project.directory().resolve(name);
    }

    private Path log(String name) {
        return file("target/crossbuild/logs/default-cli").resolve(name);
    }

    private static void onPosix() {
        assumeThat(Files.isExecutable(Path.of("/bin/kill"))).as("signals").isTrue();
    }
}
