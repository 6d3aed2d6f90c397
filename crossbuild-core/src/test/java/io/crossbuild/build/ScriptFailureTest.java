// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.StepFailedException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.guest.MemoryGuests;
import io.crossbuild.guest.Shortage;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Builds that fail, lose their machine or are cancelled: what they report, and what they leave. */
@Timeout(60)
class ScriptFailureTest {
    /** Every call of a build happens. */
    private static final String ALL = "#@ copy a.txt /in/\n#@ cache /c\nwrite /a 1\necho two\n";

    @TempDir
    Path directory;

    private TestBuild build;

    @BeforeEach
    void open() throws Exception {
        build = new TestBuild(directory);
        build.file("a.txt", "input");
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        build.assertNothingIsLeft();
    }

    @Test
    void aStepThatFillsTheLogEnds() throws Exception {
        build.withMaxLog(500);
        String flood = IntStream.range(0, 100).mapToObj(i -> "echo flood " + i).collect(Collectors.joining(" && "));
        StepFailedException failure = failure("echo quiet\n" + flood + "\n");
        assertThat(failure)
                .hasMessageStartingWith("Line 2 of '" + build.buildFile() + "' failed: 'echo flood 0")
                .hasMessageContaining(
                        "' filled '" + build.log() + "': more than 500 bytes (expected at most that many)\n");
        assertThat(failure.advice()).containsExactly(AdviceKey.LARGER_LOG.advice());
        assertThat(Files.size(build.log())).isLessThan(700);
        assertThat(build.story().lines("out")).hasSizeLessThan(100);
        assertThat(build.layers()).isOne();
    }

    @Test
    void theLayersOfTheStepsBeforeAFailedOneStay() throws Exception {
        StepFailedException failure = failure("write /a 1\necho x && warn y && exit 3\necho never\n");

        assertThat(failure)
                .hasMessage("Line 2 of '" + build.buildFile()
                        + "' failed: 'echo x && warn y && exit 3' ended with status 3 (expected 0)\n  x\n  y");
        assertThat(failure.exitStatus()).isEqualTo(3);
        assertThat(failure.line()).isEqualTo(2);
        assertThat(failure.buildFile()).isEqualTo(build.buildFile());
        assertThat(failure.logFile()).contains(build.log());
        assertThat(failure.advice()).isEmpty();
        assertThat(build.story().lines())
                .endsWith(
                        "snapshot",
                        "started 2/3 echo x && warn y && exit 3 (AFTER_STEP)",
                        "step echo x && warn y && exit 3",
                        "out 2: x",
                        "err 2: y",
                        "shortages");
        assertThat(build.layers()).isOne();
        build.story().clear();
        assertThat(TestBuild.read(build.build("write /a 1\ncat /a\n"), "/a")).isEqualTo("1");
        assertThat(build.story().lines("skipped")).containsExactly("skipped 1/2 write /a 1");
    }

    @Test
    void theMessageRepeatsTheLastTwentyLines() {
        String echoes = IntStream.rangeClosed(1, 30).mapToObj(i -> "echo " + i).collect(Collectors.joining(" && "));
        assertThat(String.valueOf(failure(echoes + " && exit 1\n").getMessage())
                        .lines()
                        .skip(1))
                .hasSize(20)
                .startsWith("  11")
                .endsWith("  30");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "curl: (6) Could not resolve host: a.example",
                "npm error code EAI_AGAIN",
                "wget: unable to resolve host address 'a.example'",
                "bash: connect: Network is unreachable"
            })
    void aLineThatGaveUpTheNetworkAndNeedsItHasAdvice(String said) throws Exception {
        String line = "warn " + said + " && exit 1\n";
        assertThat(failure("#@ network none\n" + line).advice()).containsExactly(AdviceKey.LINE_NEEDS_NETWORK.advice());
        assertThat(failure(line).advice()).isEmpty();
    }

    @Test
    void aCommandThatIsNotFoundHasAdvice() {
        assertThat(failure("gcc x.c\n").advice()).containsExactly(AdviceKey.INSTALL_COMMAND.advice());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "systemctl start nginx",
                "service nginx start",
                "warn sh: 1: journalctl: not found && exit 1",
                "warn System has not been booted with systemd as init system && exit 1",
                "warn Failed to connect to bus: Host is down && exit 1",
                "warn Failed to connect to system scope bus via local transport: No such file or directory && exit 1",
                "warn nginx: unrecognized service && exit 1"
            })
    void aProgramThatNeedsAServiceManagerHasAdvice(String line) {
        assertThat(failure(line + "\n").advice()).containsExactly(AdviceKey.START_SERVICE_ITSELF.advice());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "warn bash: line 1: ./run: /bin/sh^M: bad interpreter: No such file or directory && exit 126",
                "warn /usr/bin/env: \u2018python3\\r\u2019: No such file or directory && exit 127",
                "warn /usr/bin/env: 'python3\\r': No such file or directory && exit 127",
                "warn ./run: line 2: $'make\\r': command not found && exit 127",
                "warn run: 2: make\r: not found && exit 127"
            })
    void aScriptWithWindowsLineEndsHasAdvice(String line) {
        assertThat(failure(line + "\n").advice()).containsExactly(AdviceKey.UNIX_LINE_ENDS.advice());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "warn Could not connect to Redis at 127.0.0.1:6379: Connection refused",
                "warn psql: error: connection to server on socket \"/run/postgresql/.s.PGSQL.5432\" failed:"
                        + " No such file or directory",
                "warn curl: (7) Failed to connect to localhost port 80 after 0 ms: Couldn't connect to server",
                "warn ERROR 2002 (HY000): Can't connect to local server through socket '/run/mysqld/mysqld.sock' (2)",
                "warn connect ENOENT: no such file or directory, /tmp/app.sock"
            })
    void aServerThatEndedWithAnEarlierLineHasAdvice(String line) {
        assertThat(failure("write /a 1\n" + line + " && exit 1\n").advice()).isEmpty();
        assertThat(failure("serve redis-server\n" + line + " && exit 1\n").advice())
                .singleElement()
                .satisfies(advice -> assertThat(advice.text())
                        .isEqualTo(
                                "Start servers in the line that needs them: 'redis-server' ran when line 1 ended, and"
                                        + " processes end with their line"));
    }

    @ParameterizedTest
    @CsvSource({"MEMORY, MORE_MEMORY", "DISK, LARGER_GUEST_DISK"})
    void whatTheGuestIsShortOfIsTheAdvice(Shortage shortage, AdviceKey advice) {
        build.guests().shortOf(shortage);
        assertThat(failure("exit 1\n").advice()).containsExactly(advice.advice());
        assertThat(failure("sleep\n").advice()).containsExactly(advice.advice());
    }

    @Test
    void aGuestThatDiesWhileItIsAskedForCausesHidesNothing() {
        build.guests().dieAt("shortages");
        StepFailedException failure = failure("exit 1\n");
        assertThat(failure.exitStatus()).isOne();
        assertThat(failure.advice()).isEmpty();
    }

    @Test
    void aStepThatDoesNotEndInTimeHasNoStatus() throws Exception {
        StepFailedException failure = failure("echo one\necho begun && sleep\n");
        assertThat(failure)
                .hasMessage("Line 2 of '" + build.buildFile()
                        + "' failed: 'echo begun && sleep' did not end within 1m30s (expected status 0)\n  begun");
        assertThat(failure.exitStatus()).isEqualTo(-1);
        assertThat(failure.advice()).containsExactly(AdviceKey.MORE_STEP_TIME.advice());
        assertThat(build.layers()).isOne();
    }

    @ParameterizedTest
    @CsvSource({"closed, ended with status 2, 2", "slow, did not end within 1m30s, -1"})
    void anInputThatCannotBeUnpackedEndsTheBuild(String target, String found, int status) {
        StepFailedException failure = failure("#@ copy a.txt /" + target + "/\necho one\n");
        assertThat(failure.getMessage())
                .startsWith("'copy a.txt /" + target + "/' in '" + build.buildFile() + "', line 1, " + found
                        + " (expected 0)");
        assertThat(failure.exitStatus()).isEqualTo(status);
        assertThat(failure.logFile()).contains(build.log());
    }

    @Test
    void aRefreshThatFailsIsNoLineOfTheFile() throws Exception {
        build.build("write /etc/apt/sources.list broken\n");
        build.archiveIsAt(Optional.of("release-2"));
        StepFailedException failure = failure("write /etc/apt/sources.list broken\necho two\n");
        assertThat(failure)
                .hasMessage("Refreshing the package lists failed: 'apt-get update' ended with status 100 (expected 0)"
                        + "\n  E: The list of sources could not be read.");
        assertThat(failure.line()).isZero();
    }

    @Test
    void aFullDiskOfTheHostIsReportedForTheLine() throws Exception {
        build.guests().fillHostDiskAt("step echo two");
        assertThatThrownBy(() -> build.build("echo one\necho two\n"))
                .isInstanceOf(HostDiskException.class)
                .hasMessage("Line 2 of '" + build.buildFile() + "' failed: No space left on device");
        assertThat(build.layers()).isOne();
        build.guests().fillHostDiskAt("step apt-get update");
        build.archiveIsAt(Optional.of("release-2"));
        assertThatThrownBy(() -> build.build("echo one\necho two\n"))
                .isInstanceOf(HostDiskException.class)
                .hasMessage("Refreshing the package lists failed: No space left on device");
    }

    @Test
    void aLogThatCannotBeWrittenEndsTheBuild() {
        build.withoutRoomForLogs();
        assertThatThrownBy(() -> build.build("echo one\n"))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("Cannot write '" + build.log() + "': No space left on device");
    }

    /** @param layers the number of layers that stay */
    @ParameterizedTest
    @CsvSource({
        "boot, 0",
        "mount, 0",
        "plugInputs, 0",
        "mountCache, 0",
        "checkArchives, 0",
        "copyIn, 0",
        "step write, 0",
        "snapshot, 0",
        "step echo, 1",
        "unmountCaches, 1",
        "unmountRoot, 1",
        "end, 1"
    })
    void aMachineThatDiesLeavesTheCompleteLayers(String call, int layers) throws Exception {
        build.guests().dieAt(call);
        assertThatThrownBy(() -> build.build(ALL))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessage("The virtual machine was lost: QEMU ended with status 137");
        assertItGoesOnFrom(layers);
    }

    @ParameterizedTest
    @CsvSource({
        "boot, 0",
        "mount, 0",
        "plugInputs, 0",
        "mountCache, 0",
        "checkArchives, 0",
        "copyIn, 0",
        "step write, 0",
        "snapshot, 0",
        "step echo, 1",
        "unmountCaches, 1",
        "unmountRoot, 1",
        "end, 1"
    })
    void aBuildThatIsCancelledEndsAtOnceAndLeavesTheCompleteLayers(String call, int layers) throws Exception {
        MemoryGuests.Held held = build.guests().holdAt(call);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        build.build(ALL);
                    } catch (Exception e) {
                        thrown.set(e);
                    }
                },
                "build");
        thread.start();
        held.await();
        thread.interrupt();
        thread.join(Duration.ofSeconds(30).toMillis());

        assertThat(thread.isAlive()).isFalse();
        // A file that is being written at this moment is closed.
        assertThat(thrown.get()).isInstanceOfAny(InterruptedException.class, ClosedByInterruptException.class);
        assertItGoesOnFrom(layers);
    }

    @ParameterizedTest
    @ValueSource(strings = {"snapshot", "end"})
    void aBuildThatIsCancelledWhileItPublishesLeavesNothingHalfMade(String call) throws Exception {
        build.guests().interruptAfter(call);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread cancelled = thread(() -> {
            try {
                build.build(ALL);
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        cancelled.join(Duration.ofSeconds(30).toMillis());
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        build.assertNothingIsLeft();
        build.guests().calm();
        assertThat(TestBuild.read(build.build(ALL), "/a")).isEqualTo("1");
        assertThat(build.held(ALL)).isPresent();
        assertThat(build.layers()).isEqualTo(2);
    }

    @Test
    void aBuildThatIsCancelledWhileItWaitsForAnotherLeavesThatAlone() throws Exception {
        MemoryGuests.Held held = build.guests().holdAt("step echo one");
        Thread first = thread(() -> build.build("echo one\n"));
        held.await();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread second = thread(() -> {
            try {
                build.build("echo one\n");
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        build.story().await("note: WaitingForStep");
        second.interrupt();
        second.join(Duration.ofSeconds(30).toMillis());
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        held.release();
        first.join(Duration.ofSeconds(30).toMillis());
        assertThat(build.held("echo one\n")).isPresent();
    }

    private interface Work {
        void run() throws Exception;
    }

    private static Thread thread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (Exception e) {
                        throw new AssertionError(e);
                    }
                },
                "build");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    /** An interrupted build left that many layers; the next build finds them and makes the others. */
    private void assertItGoesOnFrom(int layers) throws Exception {
        build.assertNothingIsLeft();
        assertThat(build.layers()).isEqualTo(layers);
        build.guests().calm();
        build.story().clear();
        LayeredDisk disk = build.build(ALL);
        assertThat(disk.stepsRun()).isEqualTo(2 - layers);
        assertThat(TestBuild.read(disk, "/a")).isEqualTo("1");
        assertThat(TestBuild.read(disk, "/in/a.txt")).isEqualTo("input");
        assertThat(build.story().lines("warning: LayerDamaged")).isEmpty();
        assertThat(build.held(ALL)).isPresent();
    }

    private StepFailedException failure(String text) {
        StepFailedException failure = catchThrowableOfType(StepFailedException.class, () -> build.build(text));
        assertThat(failure).isInstanceOf(CrossbuildException.class);
        return failure;
    }
}
