// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.disk.ext4.AccessWindow;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.io.BoundedSink;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.Accelerator;
import io.crossbuild.qemu.AcceleratorVariant;
import io.crossbuild.qemu.AttachedDisk;
import io.crossbuild.qemu.FrameFilter;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.Qemu;
import io.crossbuild.qemu.QemuBinary;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.spec.UserTerminal;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that each method runs, with its arguments, input and disks. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the machine is a shell script with fifos")
@Timeout(60)
class VirtualGuestTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir
    Path directory;

    private final BoundedSink out = new BoundedSink(1 << 16);
    private final BoundedSink err = new BoundedSink(1 << 16);
    private TestQemu qemu;
    private Guest guest;

    @BeforeEach
    void start() throws Exception {
        qemu = new TestQemu(directory.resolve("qemu"), "9.2.0");
        QemuBinary binary = new QemuBinary(
                Architecture.AMD64,
                qemu.program(),
                List.of(qemu.program().toString()),
                Map.of(),
                "9.2.0",
                9,
                false,
                "9.2.0");
        MachineSpec spec = new MachineSpec(
                Architecture.AMD64,
                AcceleratorVariant.first(Accelerator.TCG, Architecture.AMD64, 9),
                1 << 28,
                1,
                Path.of("/k"),
                null,
                "",
                GuestPorts.NAMES,
                GuestDisks.SLOTS,
                true,
                FrameFilter.NONE,
                false,
                null);
        QemuProcess process = Qemu.start(binary, spec, directory, Deadline.after(SOON));
        GuestPorts ports = new GuestPorts(process);
        ports.expect("ready", Deadline.after(SOON));
        AttachedDisk root = process.plug(GuestDisks.root(List.of(Path.of("/i/root.qcow2"))), Deadline.after(SOON));
        guest = new VirtualGuest(process, ports, root);
    }

    @AfterEach
    void stop() throws Exception {
        guest.close();
        qemu.close();
    }

    private static String text(BoundedSink sink) {
        return new String(sink.bytes(), StandardCharsets.UTF_8);
    }

    /** A script that leaves its arguments and its standard input. */
    private void record(String script, String more) throws Exception {
        qemu.script(script, "printf '%s\\n' \"$*\" >arguments; cat >input; " + more);
    }

    /** Leaves a state, written as for printf, between marks: the mark is the last part of the input. */
    private static String state(String text) {
        return "mark=$(tail -c 33 input | tr -d '\\0'); printf '\\0%s\\0%b\\0%s\\0' $mark '" + text
                + "' $mark >>state; ";
    }

    @Test
    void aStepGetsItsTextAndStateAndLeavesOne() throws Exception {
        record("environment-bash", "echo out; echo err >&2; " + state("/srv\\n\\0declare -x A=\"1\"\\n") + "exit 3");
        StepExit exit = guest.runStep(
                "make", new ShellState("/root", "declare -x B=\"2\"\n"), Set.of(), List.of(), out, err, SOON);

        assertThat(exit)
                .isEqualTo(new StepExit(
                        3, Optional.of(new ShellState("/srv", "declare -x A=\"1\"\n")), Optional.empty(), List.of()));
        assertThat(text(out)).isEqualTo("out\n");
        assertThat(text(err)).isEqualTo("err\n");
        assertThat(qemu.left("arguments")).isEqualTo("dumb /dev/crossbuild/step-shell\n");
        assertThat(qemu.left("input")).matches("declare -x B=\"2\"\n\0/root\0make\n\0[0-9a-f]{32}\0");
    }

    @Test
    void aStepsSecretsAreGivenToItAndRemovedAfterIt() throws Exception {
        qemu.script("put-secrets", "cat >put");
        record("environment-bash", "printf '/srv\\n\\0' >state");
        qemu.script("drop-secrets", "[ -e input ] && mv put dropped");
        StepSecret both = new StepSecret(Optional.of("TOKEN"), Optional.of("/run/secrets/a b"), "x\ny' \u00e4");
        StepSecret variable = new StepSecret(Optional.of("KEY"), Optional.empty(), "z");
        guest.runStep("make", new ShellState("/root", ""), Set.of(), List.of(both, variable), out, err, SOON);

        assertThat(qemu.left("input")).startsWith("\0/root\0make\n\0").endsWith("\0TOKEN\0x\ny' \u00e4\0KEY\0z\0");
        assertThat(qemu.left("dropped")).isEqualTo("L3J1bi9zZWNyZXRzL2EgYg== eAp5JyDDpA==\n");
        assertThat(both + " " + variable).isEqualTo("StepSecret[TOKEN] StepSecret[KEY]");
        assertThat(qemu.last().arguments()).noneMatch(a -> a.contains("TOKEN"));
    }

    @Test
    void processesThatEndWithTheirStepAreNamed() throws Exception {
        record("environment-bash", state("/srv\\n\\0\\0redis-server\\0a b)\\n"));
        StepExit exit = guest.runStep("make", new ShellState("/root", ""), Set.of(), List.of(), out, err, SOON);
        assertThat(exit.left()).contains(new ShellState("/srv", ""));
        assertThat(exit.running()).containsExactly("redis-server", "a b)\n");
    }

    @Test
    void whatAStepItselfWritesToThePortOfTheStateIsIgnored() throws Exception {
        String junk = "printf 'junk\\n/tmp\\0declare -x A=\"bad\"\\0' >>state; ";
        record("environment-bash", junk + state("/srv\\n\\0declare -x A=\"1\"\\n") + junk);
        assertThat(guest.runStep("make", new ShellState("/", ""), Set.of(), List.of(), out, err, SOON)
                        .left())
                .contains(new ShellState("/srv", "declare -x A=\"1\"\n"));
        record("environment-bash", junk);
        assertThat(guest.runStep("exec true", new ShellState("/", ""), Set.of(), List.of(), out, err, SOON)
                        .left())
                .isEmpty();
    }

    @Test
    void aStepThatReplacedItsShellLeavesNoState() throws Exception {
        record("environment-bash", "");
        assertThat(guest.runStep("exec true", new ShellState("/", ""), Set.of(), List.of(), out, err, SOON))
                .isEqualTo(new StepExit(0, Optional.empty(), Optional.empty(), List.of()));
    }

    @Test
    void aStepWithoutANetworkHasNoCable() throws Exception {
        record("environment-bash", state("/srv\\n\\0"));
        StepExit exit =
                guest.runStep("make", new ShellState("/", ""), Set.of(StepOption.OFFLINE), List.of(), out, err, SOON);

        assertThat(exit.left()).contains(new ShellState("/srv", ""));
        assertThat(qemu.left("arguments")).isEqualTo("dumb /dev/crossbuild/step-shell offline\n");
        assertThat(qemu.last().told()).endsWith("set_link net0 false", "set_link net0 true");
    }

    @Test
    void aTracedStepTellsWhenItBegan() throws Exception {
        record("environment-bash", "printf '1700000000123456\\0' >state; " + state("/srv\\n\\0declare -x A=\"1\"\\n"));
        long before = Instant.now().getEpochSecond();
        StepExit exit =
                guest.runStep("make", new ShellState("/", ""), Set.of(StepOption.TRACED), List.of(), out, err, SOON);

        assertThat(qemu.left("arguments")).isEqualTo("dumb /dev/crossbuild/step-shell trace\n");
        assertThat(exit.left()).contains(new ShellState("/srv", "declare -x A=\"1\"\n"));
        AccessWindow accesses = exit.accesses().orElseThrow();
        assertThat(accesses.after()).isEqualTo(Instant.parse("2023-11-14T22:13:20.123457Z"));
        assertThat(accesses.until())
                .isBetween(Instant.ofEpochSecond(before + 1), Instant.now().plusSeconds(1));
    }

    @Test
    void aTracedStepThatReplacedItsShellOrFailedLeavesNoMore() throws Exception {
        record("environment-bash", "printf '1700000000123456\\0' >state");
        assertThat(guest.runStep(
                        "exec true", new ShellState("/", ""), Set.of(StepOption.TRACED), List.of(), out, err, SOON))
                .satisfies(exit -> assertThat(exit.left()).isEmpty())
                .satisfies(exit -> assertThat(exit.accesses()).isPresent());
        record("environment-bash", "exit 1");
        assertThat(guest.runStep(
                        "false", new ShellState("/", ""), Set.of(StepOption.TRACED), List.of(), out, err, SOON))
                .isEqualTo(new StepExit(1, Optional.empty(), Optional.empty(), List.of()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x\\0/srv\\0", "99999999999999999999\\0", "1-\\0"})
    void aTracedStepThatTellsNoTimeIsAnError(String state) throws Exception {
        record("environment-bash", "printf '" + state + "' >state");
        assertThatThrownBy(() -> guest.runStep(
                        "true", new ShellState("/", ""), Set.of(StepOption.TRACED), List.of(), out, err, SOON))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Reading the guest's clock failed")
                .hasMessageContaining("(expected two numbers)");
    }

    @Test
    void aStepThatTakesTooLongIsKilledAndTheGuestGoesOn() throws Exception {
        record("environment-bash", "exec sleep 1000");
        assertThatThrownBy(() -> guest.runStep(
                        "x", new ShellState("/", ""), Set.of(), List.of(), out, err, Duration.ofMillis(300)))
                .isInstanceOf(TimeoutException.class);
        qemu.script("diagnose", "echo memory; echo disk");
        assertThat(guest.shortages()).containsExactly(Shortage.MEMORY, Shortage.DISK);
        qemu.script("diagnose", "echo disk");
        assertThat(guest.shortages()).containsExactly(Shortage.DISK);
    }

    @Test
    void inputsArePluggedInOnceAndUnpackedFromTheirPlace() throws Exception {
        record("copy-in", "exit 2");
        guest.plugInputs(Path.of("/i/inputs.img"));
        assertThat(guest.copyIn(7, "/srv", "in/", out, err, SOON)).isEqualTo(2);
        assertThat(qemu.left("arguments")).isEqualTo("inputs 7\n");
        assertThat(qemu.left("input")).isEqualTo("/srv\0in/\0");
        assertThat(qemu.last().told()).contains("blockdev-add node-inputs", "device_add inputs");
    }

    @Test
    void eachCacheHasADiskOfItsOwn() throws Exception {
        record("mount-cache", "echo made");
        assertThat(guest.mountCache(Path.of("/i/a.qcow2"), "/root/.npm")).isTrue();
        assertThat(qemu.left("input")).isEqualTo("/root/.npm");
        record("mount-cache", "");
        assertThat(guest.mountCache(Path.of("/i/b.qcow2"), "/b")).isFalse();
        assertThat(qemu.left("arguments")).isEqualTo("cache1\n");
        assertThat(qemu.last().told()).contains("device_add cache0", "device_add cache1");
        qemu.script("unmount-caches", "echo busy >&2; exit 1");
        assertThatThrownBy(() -> guest.unmountCaches(SOON))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Unmounting the caches failed: busy");
        qemu.script("unmount-caches", "exit 4");
        assertThatThrownBy(() -> guest.unmountCaches(SOON))
                .hasMessageContaining("Unmounting the caches failed: status 4");
    }

    @Test
    void aptsPackagesAreCheckedWithTheStepsVariables() throws Exception {
        record("environment-bash", "echo removed; exit 1");
        assertThat(guest.checkArchives("declare -x APT_CONFIG=\"/a\"\n", out, err, SOON))
                .isOne();
        assertThat(text(out)).isEqualTo("removed\n");
        assertThat(qemu.left("arguments")).isEqualTo("dumb /dev/crossbuild/check-archives\n");
        assertThat(qemu.left("input")).isEqualTo("declare -x APT_CONFIG=\"/a\"\n\0");
    }

    @Test
    void anEnvironmentIsMadeFromTwoDisks() throws Exception {
        record("make-root", "");
        guest.makeRoot(Path.of("/i/new.qcow2"), Path.of("/i/root.tar"), SOON);
        assertThat(qemu.left("arguments")).isEqualTo("root archive\n");
        assertThat(qemu.last().told()).endsWith("blockdev-add node-archive", "device_add archive");
        qemu.script("configure-root", "echo Setting up; exit 1");
        assertThat(guest.configurePackages(out, err, SOON)).isOne();
        assertThat(text(out)).isEqualTo("Setting up\n");
    }

    @Test
    void aProgramRunsInATargetRootWithoutANetwork() throws Exception {
        qemu.script("run-target", "echo out; printf '%s|' \"$@\" >words; printf 'mounted\\nnotes' >state; exit 3");
        TargetProgram program =
                new TargetProgram(List.of("/bin/it's", "a  b\n\\n$x"), Map.of("A", "1 2"), "/srv", false);
        assertThat(guest.runProgram(Path.of("/i/target.img"), program, null, out, err, SOON))
                .isEqualTo(new ProgramExit(3, "notes"));
        assertThat(text(out)).isEqualTo("out\n");
        assertThat(qemu.left("words"))
                .isEqualTo("target|alone|A=1 2|/bin/nsenter|-r/mnt|-w/mnt/srv|--|/bin/it's|a  b\n\\n$x|");
        assertThat(qemu.last().told()).contains("set_link net0 false", "blockdev-add node-target", "device_add target");
    }

    @Test
    void aProgramMayReadAndHaveANetwork() throws Exception {
        qemu.script("run-target", "cat; echo \"$2\" >network; echo mounted >state");
        TargetProgram program = new TargetProgram(List.of("/bin/cat"), Map.of(), "/", true);
        InputStream input = new ByteArrayInputStream("read\n".getBytes(StandardCharsets.UTF_8));
        assertThat(guest.runProgram(Path.of("/i/target.img"), program, input, out, err, SOON))
                .isEqualTo(new ProgramExit(0, ""));
        assertThat(text(out)).isEqualTo("read\n");
        assertThat(qemu.left("network")).isEqualTo("network\n");
        assertThat(qemu.last().told()).noneMatch(told -> told.startsWith("set_link"));
    }

    @Test
    void aTargetRootThatCannotBeMountedIsAFailureOfTheMachine() throws Exception {
        qemu.script("run-target", "exit 1");
        TargetProgram program = new TargetProgram(List.of("/bin/cat"), Map.of(), "/", true);
        assertThatThrownBy(() -> guest.runProgram(Path.of("/i/target.img"), program, null, out, err, SOON))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Mounting the target root failed: status 1 (expected a mounted disk)");
    }

    @Test
    void aSnapshotIsTakenWhileTheDiskIsFrozen() throws Exception {
        qemu.script("freeze-root", "exit 1");
        assertThatThrownBy(() -> guest.snapshot(Path.of("/i/next.qcow2")))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Freezing the disk failed: status 1");
        assertThat(qemu.last().told()).noneMatch(told -> told.startsWith("blockdev-snapshot"));
        qemu.script("freeze-root", "exit 0");
        qemu.refuse("blockdev-snapshot", "no");
        // Thawing is always tried; this host has no frozen file system.
        assertThatThrownBy(() -> guest.snapshot(Path.of("/i/next.qcow2")))
                .hasMessageContaining("Thawing the disk failed");
        assertThat(qemu.last().told()).contains("blockdev-snapshot node-root-1");
    }

    @Test
    void theDiskIsLetGoOfAndTheMachineEnds() throws Exception {
        record("unmount-root", "");
        guest.unmountRoot();
        assertThat(qemu.left("arguments")).isEqualTo("\n");
        guest.end();
        assertThat(qemu.last().told()).endsWith("quit");
        assertThatThrownBy(() -> guest.unmountRoot())
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Unmounting the disk failed");
    }

    @Test
    void aMachineThatDiesIsReportedWithItsStatus() throws Exception {
        qemu.script("configure-root", "exec sleep 1000");
        Thread killer = new Thread(() -> {
            try {
                qemu.last().end(9);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        killer.start();
        assertThatThrownBy(() -> guest.configurePackages(out, err, SOON))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("The virtual machine was lost while a command ran: QEMU ended with status 9");
        killer.join();
    }

    @Test
    void aShellGetsItsStateAndKeysOfItsOwn() throws Exception {
        qemu.script("write", "cat >\"${1##*/}\"");
        assertThatThrownBy(() -> guest.openShell(new ShellState("/srv", "declare -x A=\"1\"\n"), new NoTerminal()))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("The virtual machine was lost while a shell was open");
        assertThat(qemu.left("cwd")).isEqualTo("/srv");
        assertThat(qemu.left("exports")).isEqualTo("declare -x A=\"1\"\n");
        assertThat(qemu.last().words().stream().map(word -> word.split(" ")[0]))
                .containsExactly("hostkey", "client", "ssh");
        assertThat(qemu.last().told()).contains("human-monitor-command hostfwd_add net0 tcp:127.0.0.1:0-:22");
    }

    /** Never reached. */
    private static final class NoTerminal implements UserTerminal {
        @Override
        public Optional<Screen> screen() {
            return Optional.empty();
        }

        @Override
        public void begin() {}

        @Override
        public InputStream input() {
            return InputStream.nullInputStream();
        }

        @Override
        public OutputStream output() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public OutputStream errors() {
            return OutputStream.nullOutputStream();
        }

        @Override
        public void onResize(Consumer<Size> listener) {}
    }
}
