// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.crossbuild.disk.qcow2.Qcow2Header;
import io.crossbuild.disk.qcow2.Qcow2Writer;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.HostOs;
import io.crossbuild.io.Sha256;
import io.crossbuild.process.Deadline;
import io.crossbuild.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Boots a bare kernel, which has no root file system and so ends in a panic, with the QEMU that a build would use. */
@Tag("vm")
@EnabledIfSystemProperty(named = "crossbuild.it.vm", matches = "true")
class QemuProcessIT {
    private static final String PORT = "crossbuild";
    private static TestKernel kernel;
    private static QemuChoice choice;

    @TempDir
    static Path packages;

    @TempDir
    Path directory;

    @BeforeAll
    static void provide() throws Exception {
        kernel = TestKernel.fetch(packages);
        choice = QemuProvider.of(kernel.store(), kernel.archive(), BuildListener.NONE)
                .choose(kernel.archive().architecture(), null, "auto", trial());
    }

    private static GuestTrial trial() {
        return new BannerTrial(kernel.store(), kernel.kernel());
    }

    @Test
    void theKernelSpeaksAndTheMonitorAnswers() throws Exception {
        try (QemuProcess machine = start("")) {
            awaitSerial(machine, "Linux version ");
            JsonNode status = machine.qmp().execute("query-status", soon());
            assertThat(status.path("status").asText()).isEqualTo("running");
            assertThat(machine.qmp().version()).hasToString(choice.qemu().version());
            int port = machine.forward(22, soon());
            assertThat(port).isBetween(1, 65535);
            try (Socket connected = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(connected.isConnected()).isTrue();
            }
            machine.qmp().execute("stop", soon());
            assertThat(machine.qmp()
                            .execute("query-status", soon())
                            .path("running")
                            .asBoolean())
                    .isFalse();
        }
    }

    @Test
    void twoMachinesHavePortsOfTheirOwn() throws Exception {
        Path other = Files.createDirectory(directory.resolve("other"));
        try (QemuProcess one = start("");
                QemuProcess two = Qemu.start(choice.qemu(), spec(""), other, soon())) {
            assertThat(one.forward(22, soon())).isNotEqualTo(two.forward(22, soon()));
        }
    }

    @Test
    void disksArePluggedAndSnapshotsTaken() throws Exception {
        Path base = directory.resolve("base.raw");
        Files.write(base, new byte[1 << 20]);
        try (QemuProcess machine = start("")) {
            assertThatThrownBy(() ->
                            machine.plug(new DiskSpec("none", directory.resolve("none"), DiskFormat.RAW, true), soon()))
                    .isInstanceOf(VirtualMachineException.class)
                    .hasMessageContaining("'" + directory.resolve("none") + "' failed: QEMU refused 'blockdev-add'");
            AttachedDisk disk = machine.plug(new DiskSpec("root", base, DiskFormat.RAW, false), soon());
            Path top = directory.resolve("top.qcow2");
            Qcow2Writer.createOverlay(top, 1 << 20, base.toString(), "raw");
            disk.snapshot(top, soon());
            assertThat(blockFiles(machine)).contains(top.toString());
            machine.quit();
            assertThat(Qcow2Header.read(top).virtualSizeBytes()).isEqualTo(1 << 20);
        }
    }

    /** As after many steps: the names in the headers, each relative to the one before, are longer than PATH_MAX. */
    @Test
    void aLongChainOfImagesIsOpenedWhateverItsHeadersName() throws Exception {
        List<Path> chain = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            Path image = Files.createDirectories(directory.resolve("layers-" + "x".repeat(40) + i))
                    .resolve("disk.qcow2");
            String below = i == 0 ? "/nowhere/else.qcow2" : "../" + directory.relativize(chain.get(i - 1));
            Qcow2Writer.createOverlay(image, 1 << 20, below, "qcow2");
            chain.add(image);
        }
        try (QemuProcess machine = start("")) {
            AttachedDisk disk = machine.plug(new DiskSpec("data", chain, DiskFormat.QCOW2, false, false), soon());
            Path top = directory.resolve("top.qcow2");
            Qcow2Writer.createOverlay(top, 1 << 20, chain.get(149).toString(), "qcow2");
            disk.snapshot(top, soon());
            assertThat(disk.image()).isEqualTo(top);
            machine.quit();
        }
    }

    @Test
    void aMachineGoesOnFromItsSavedState() throws Exception {
        Assumptions.assumeTrue(choice.qemu().savesState(), "this QEMU is older than 8.2");
        Path state = directory.resolve("state");
        try (QemuProcess machine = start("")) {
            awaitSerial(machine, "Linux version ");
            assertThatThrownBy(() -> machine.saveState(directory.resolve("no/state"), soon()))
                    .isInstanceOf(VirtualMachineException.class)
                    .hasMessageContaining(
                            "Saving the machine's state to '" + directory.resolve("no/state") + "' failed");
            machine.saveState(state, soon());
            awaitSerial(machine, "Unable to mount root fs");
        }
        Path second = Files.createDirectory(directory.resolve("second"));
        try (QemuProcess machine = Qemu.start(choice.qemu(), spec("").withIncoming(true), second, soon())) {
            machine.restoreState(state, soon());
            awaitSerial(machine, "Unable to mount root fs");
            assertThat(Files.readString(machine.serialLog())).doesNotContain("Linux version ");
        }
        Files.write(state, new byte[4096]);
        try (QemuProcess machine = Qemu.start(choice.qemu(), spec("").withIncoming(true), second, soon())) {
            assertThatThrownBy(() -> machine.restoreState(state, soon()))
                    .isInstanceOf(VirtualMachineException.class)
                    .hasMessageStartingWith("Restoring the machine's state from '" + state + "' failed: ");
        }
    }

    @Test
    void machinesBeginWithTheMemoryOfATemplateAndDoNotChangeIt() throws Exception {
        Assumptions.assumeTrue(
                choice.qemu().savesState() && HostOs.current() == HostOs.LINUX,
                "this QEMU is older than 8.2, or not on Linux");
        Path state = directory.resolve("state");
        Path memory = directory.resolve("memory");
        MachineSpec template = spec("").withMemory(new MemoryFile(memory, true));
        try (QemuProcess machine = Qemu.start(choice.qemu(), template, directory, soon())) {
            awaitSerial(machine, "Linux version ");
            machine.saveState(state, soon());
            assertThat(machine.qmp()
                            .execute("query-status", soon())
                            .path("running")
                            .asBoolean())
                    .isFalse();
            machine.quit();
        }
        assertThat(memory).hasSize(256L << 20);
        Sha256 saved = Sha256.of(memory);
        MachineSpec waiting = spec("").withIncoming(true).withMemory(new MemoryFile(memory, false));
        for (String name : List.of("first", "second")) {
            Path logs = Files.createDirectory(directory.resolve(name));
            try (QemuProcess machine = Qemu.start(choice.qemu(), waiting, logs, soon())) {
                machine.restoreState(state, soon());
                awaitSerial(machine, "Unable to mount root fs");
                assertThat(Files.readString(machine.serialLog())).doesNotContain("Linux version ");
            }
            assertThat(Sha256.of(memory)).isEqualTo(saved);
        }
        assertThat(Files.size(state)).isLessThan(2 << 20);
    }

    private static List<String> blockFiles(QemuProcess machine) throws Exception {
        JsonNode blocks = machine.qmp().execute("query-block", soon());
        return blocks.findValuesAsText("file");
    }

    @Test
    void aPanicEndsTheMachineAndIsReported() throws Exception {
        try (QemuProcess machine = start("panic=-1")) {
            assertThatThrownBy(() -> waitForMessage(machine, Duration.ofMinutes(2)))
                    .isInstanceOf(VirtualMachineException.class)
                    .hasMessageStartingWith("Boot failed: QEMU ended with status 0\n")
                    .hasMessageContaining("Unable to mount root fs");
        }
    }

    @Test
    void aGuestThatNeverGetsReadyIsGivenUpAtTheDeadline() throws Exception {
        try (QemuProcess machine = start("")) {
            awaitSerial(machine, "Linux version ");
            assertThatThrownBy(() -> waitForMessage(machine, Duration.ofSeconds(1)))
                    .isInstanceOf(VirtualMachineException.class)
                    .hasMessageContaining("Boot failed: No message on port '" + PORT + "' within 1 s")
                    .hasMessageContaining("the guest wrote:");
            assertThat(machine.isAlive()).isTrue();
        }
    }

    @Test
    void aQemuThatIsKilledFromOutsideIsNoticedAtOnce() throws Exception {
        try (QemuProcess machine = start("")) {
            Thread killer = new Thread(() -> emulator(machine.pid()).destroyForcibly());
            killer.start();
            assertThatThrownBy(() -> waitForMessage(machine, Duration.ofHours(1)))
                    .isInstanceOf(VirtualMachineException.class)
                    .hasMessageStartingWith("Boot failed: QEMU ended with status 137");
            assertThat(machine.onExit().get(10, TimeUnit.SECONDS)).isEqualTo(137);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void thePortableOneUsesNothingOfTheHost() throws Exception {
        QemuBinary portable = new PortableQemu(kernel.store(), kernel.archive(), BuildListener.NONE, Clock.systemUTC())
                .provide(kernel.archive().architecture());
        try (QemuProcess machine = Qemu.start(portable, spec(""), directory, soon())) {
            awaitSerial(machine, "Linux version ");
            String store = kernel.store().home().toRealPath().toString();
            List<String> files =
                    Files.readAllLines(
                                    Path.of("/proc/" + emulator(machine.pid()).pid() + "/maps"))
                            .stream()
                            .filter(line -> line.contains("/"))
                            .map(line -> line.substring(line.indexOf('/')))
                            .filter(file -> !file.startsWith("/dev/") && !file.startsWith("/memfd:"))
                            .distinct()
                            .toList();
            assertThat(files).hasSizeGreaterThan(10).allMatch(file -> file.startsWith(store));
        }
    }

    @Test
    @EnabledOnOs({OS.LINUX, OS.MAC})
    void theMachineDiesWithAJvmThatIsKilled() throws Exception {
        Process jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-Dcrossbuild.it.home=" + kernel.store().home(),
                        Parent.class.getName(),
                        kernel.kernel().toString(),
                        directory.toString())
                .redirectError(directory.resolve("err").toFile())
                .start();
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(jvm.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(out.readLine())
                    .as(Files.readString(directory.resolve("err")))
                    .isEqualTo("up");
            List<ProcessHandle> tree = jvm.descendants().toList();
            assertThat(tree).isNotEmpty();
            jvm.destroyForcibly();
            assertThat(jvm.waitFor(20, TimeUnit.SECONDS)).isTrue();
            Deadline deadline = soon();
            while (tree.stream().anyMatch(ProcessHandle::isAlive)) {
                assertThat(deadline.isExpired()).isFalse();
                Thread.sleep(5);
            }
        } finally {
            jvm.destroyForcibly();
        }
    }

    static final class Parent {
        private Parent() {}

        public static void main(String[] args) throws Exception {
            Store store = TestKernel.openStore();
            kernel = new TestKernel(store, TestKernel.openArchive(store), Path.of(args[0]));
            choice = QemuProvider.of(store, kernel.archive(), BuildListener.NONE)
                    .choose(kernel.archive().architecture(), null, "auto", trial());
            Qemu.start(choice.qemu(), spec(""), Path.of(args[1]), soon());
            System.out.println("up");
            Thread.sleep(1_000_000);
        }
    }

    private QemuProcess start(String append) throws Exception {
        return Qemu.start(choice.qemu(), spec(append), directory, soon());
    }

    private static MachineSpec spec(String append) {
        return new MachineSpec(
                choice.qemu().architecture(),
                choice.variant(),
                256L << 20,
                1,
                kernel.kernel(),
                null,
                "console=" + choice.qemu().architecture().serialConsole() + " " + append,
                List.of(PORT),
                2,
                true,
                FrameFilter.NONE,
                false,
                null);
    }

    private static void waitForMessage(QemuProcess machine, Duration time) throws Exception {
        try {
            machine.port(PORT).readLine(Deadline.after(time));
        } catch (IOException e) {
            throw machine.failure("Boot failed", e);
        }
    }

    private static void awaitSerial(QemuProcess machine, String text) throws Exception {
        Deadline deadline = soon();
        while (!Files.readString(machine.serialLog(), StandardCharsets.ISO_8859_1)
                .contains(text)) {
            assertThat(deadline.isExpired()).isFalse();
            assertThat(machine.isAlive()).isTrue();
            Thread.sleep(20);
        }
    }

    /** The guard's child that is not a shell, or the process itself if there is no guard. */
    private static ProcessHandle emulator(long pid) {
        ProcessHandle started = ProcessHandle.of(pid).orElseThrow();
        return started.descendants()
                .filter(p -> !p.info().command().orElse("").endsWith("sh"))
                .findFirst()
                .orElse(started);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(60));
    }
}
