// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.ChildCommand;
import io.crossbuild.process.ChildProcess;
import io.crossbuild.process.Deadline;
import io.crossbuild.qmp.FakeQmpServer;
import io.crossbuild.qmp.QmpClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The process is a shell that waits for a file, its monitor a fake. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the process is a POSIX shell")
class QemuProcessTest {
    @TempDir
    Path directory;

    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(JsonReadFeature.ALLOW_SINGLE_QUOTES).build();

    private static final Path HOME = Path.of("/h/J\u00fcrgen/store");

    private record Sent(String command, JsonNode arguments) {}

    private final List<Sent> traffic = new CopyOnWriteArrayList<>();
    private final Map<String, String> refusals = new HashMap<>();
    private FakeQmpServer monitor;
    private volatile int quitStatus;
    private QemuProcess machine;

    @BeforeEach
    void start() throws Exception {
        monitor = FakeQmpServer.start(directory, this::answer);
        QmpClient qmp = QmpClient.open(monitor.channel(), soon());
        // It ends with the directory at the latest.
        String script = "echo 'qemu: warning'; d='" + directory
                + "'; while [ ! -e $d/quit ] && [ -d $d ]; do sleep 0.01; done; exit $(cat $d/quit)";
        ChildProcess child = ChildProcess.start(
                new ChildCommand(List.of("/bin/sh", "-c", script), Map.of(), directory.resolve("qemu.log")));
        MachineLogs logs = new MachineLogs(child, directory.resolve("serial.log"));
        MachineSpec spec = Machines.spec(Architecture.AMD64, Accelerator.TCG);
        // As on Windows: other paths in this test are ASCII, and stay as they are.
        FileNames names = FileNames.of(Machines.qemu(Architecture.AMD64, 10).withHome(HOME));
        machine = new QemuProcess(spec, child, qmp, List.of(), List.of(), logs, names);
    }

    @AfterEach
    void stop() throws Exception {
        machine.close();
        monitor.close();
    }

    private List<String> answer(String command, JsonNode arguments, String id) {
        traffic.add(new Sent(command, arguments));
        String refusal = refusals.get(command);
        if (refusal != null) {
            return List.of(
                    "{\"error\": {\"class\": \"GenericError\", \"desc\": \"" + refusal + "\"}, \"id\": " + id + "}");
        }
        List<String> lines = new ArrayList<>();
        if (command.equals("device_del")) {
            lines.add("{\"event\": \"DEVICE_DELETED\", \"data\": {\"device\": " + arguments.path("id") + "}}");
        }
        if (command.equals("quit")) {
            quit(quitStatus);
        }
        lines.add(FakeQmpServer.returning(id, "{}"));
        return lines;
    }

    @Test
    void aDiskIsOpenedThenPluggedIntoAFreeSlot() throws Exception {
        AttachedDisk disk = machine.plug(disk("root"), soon());
        assertThat(disk.image()).isEqualTo(Path.of("/i/root.qcow2"));
        assertThat(traffic)
                .containsExactly(
                        sent(
                                "blockdev-add",
                                "{'driver': 'qcow2', 'node-name': 'node-root', 'read-only': false, 'discard': 'unmap',"
                                        + " 'cache': {'direct': false, 'no-flush': true}, 'detect-zeroes': 'off',"
                                        + " 'file': {'driver': 'file', 'filename': '/i/root.qcow2', 'aio': 'threads'},"
                                        + " 'backing': null}"),
                        sent(
                                "device_add",
                                "{'driver': 'virtio-blk-pci', 'id': 'root', 'drive': 'node-root', 'serial': 'root',"
                                        + " 'bus': 'slot0', 'werror': 'stop'}"));
    }

    @Test
    void imagesOfTheStoreHaveNamesRelativeToIt() throws Exception {
        List<Path> images = List.of(HOME.resolve("layers/a/disk.qcow2"), HOME.resolve("builds/b/top.qcow2"));
        machine.plug(new DiskSpec("root", images, DiskFormat.QCOW2, false, false), soon());
        JsonNode top = traffic.get(0).arguments();
        assertThat(top.at("/file/filename").asText()).isEqualTo("builds/b/top.qcow2");
        assertThat(top.at("/backing/file/filename").asText()).isEqualTo("layers/a/disk.qcow2");
    }

    @Test
    void anImageThatQemuCannotNameIsRefusedBeforeItIsTold() {
        Path image = Path.of("/h/gr\u00f6\u00dfe/root.qcow2");
        assertThatThrownBy(() ->
                        machine.plug(new DiskSpec("root", List.of(image), DiskFormat.QCOW2, false, false), soon()))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Cannot give '" + image + "' to QEMU: ");
        assertThat(traffic).isEmpty();
    }

    @Test
    void theImagesBelowAreNamedAndNoneIsTakenFromAHeader() throws Exception {
        List<Path> images = List.of(Path.of("/i/a"), Path.of("/i/b"), Path.of("/i/c"));
        machine.plug(new DiskSpec("root", images, DiskFormat.QCOW2, false, false), soon());
        JsonNode top = traffic.get(0).arguments();
        assertThat(top.at("/file/filename").asText()).isEqualTo("/i/c");
        assertThat(top.at("/backing/file/filename").asText()).isEqualTo("/i/b");
        assertThat(top.at("/backing/read-only").asBoolean()).isTrue();
        assertThat(top.at("/backing/backing/file/filename").asText()).isEqualTo("/i/a");
        assertThat(top.at("/backing/backing/backing").isNull()).isTrue();
        assertThat(top.at("/backing/backing").has("backing")).isTrue();
    }

    @Test
    void aDiskThatIsOnlyReadHasNoWritesToStopFor() throws Exception {
        machine.plug(new DiskSpec("inputs", Path.of("/i/inputs.img"), DiskFormat.RAW, true), soon());
        assertThat(traffic.get(1).arguments().has("werror")).isFalse();
    }

    @Test
    void aDiskThatCannotBePluggedInIsClosedAndItsSlotStaysFree() throws Exception {
        refusals.put("device_add", "no room");
        assertThatThrownBy(() -> machine.plug(disk("root"), soon()))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining(
                        "Plugging in disk 'root' of '/i/root.qcow2' failed: QEMU refused 'device_add': no room");
        assertThat(monitor.commands()).containsExactly("blockdev-add", "device_add", "blockdev-del");
        refusals.clear();
        machine.plug(disk("root"), soon());
        machine.plug(disk("data"), soon());
        assertThatThrownBy(() -> machine.plug(disk("more"), soon())).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSnapshotPutsAnOverlayOnTopAndUnplugClosesTheWholeChain() throws Exception {
        AttachedDisk disk = machine.plug(disk("root"), soon());
        disk.snapshot(Path.of("/i/one.qcow2"), soon());
        disk.snapshot(Path.of("/i/two.qcow2"), soon());
        assertThat(disk.image()).isEqualTo(Path.of("/i/two.qcow2"));
        assertThat(traffic.get(2).command()).isEqualTo("blockdev-add");
        assertThat(traffic.get(2).arguments().get("node-name").asText()).isEqualTo("node-root-1");
        assertThat(traffic.get(2).arguments().get("backing").isNull()).isTrue();
        assertThat(traffic.get(3))
                .isEqualTo(sent("blockdev-snapshot", "{'node': 'node-root', 'overlay': 'node-root-1'}"));
        assertThat(traffic.get(5))
                .isEqualTo(sent("blockdev-snapshot", "{'node': 'node-root-1', 'overlay': 'node-root-2'}"));
        machine.unplug(disk, soon());
        assertThat(traffic.subList(6, traffic.size()))
                .containsExactly(
                        sent("device_del", "{'id': 'root'}"),
                        sent("blockdev-del", "{'node-name': 'node-root-2'}"),
                        sent("blockdev-del", "{'node-name': 'node-root-1'}"),
                        sent("blockdev-del", "{'node-name': 'node-root'}"));
    }

    @Test
    void aSnapshotThatFailsLeavesTheDiskAsItWas() throws Exception {
        AttachedDisk disk = machine.plug(disk("root"), soon());
        refusals.put("blockdev-snapshot", "busy");
        assertThatThrownBy(() -> disk.snapshot(Path.of("/i/one.qcow2"), soon()))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Snapshot of disk 'root' failed: QEMU refused 'blockdev-snapshot': busy");
        assertThat(disk.image()).isEqualTo(Path.of("/i/root.qcow2"));
        assertThat(traffic.get(traffic.size() - 1)).isEqualTo(sent("blockdev-del", "{'node-name': 'node-root-1'}"));
    }

    @Test
    void aMachineQuitsWhenItIsTold() throws Exception {
        machine.quit();
        assertThat(monitor.commands()).containsExactly("quit");
        assertThat(machine.isAlive()).isFalse();
    }

    @Test
    void aQemuThatDoesNotAnswerIsKilledWhichIsReported() throws Exception {
        monitor.die();
        assertThatThrownBy(() -> machine.quit(Duration.ofMillis(30)))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Ending the machine failed: QEMU did not end within 30 ms");
        assertThat(machine.isAlive()).isFalse();
    }

    @Test
    void aQemuThatEndsWithAnErrorIsReported() throws Exception {
        quitStatus = 3;
        assertThatThrownBy(() -> machine.quit(Duration.ofSeconds(20)))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Ending the machine failed: QEMU ended with status 3");
    }

    @Test
    void aDeadQemuIsReportedWithItsStatusAndTheOutputOfBoth() throws Exception {
        Files.writeString(directory.resolve("serial.log"), "\u001b[0mboot\r\n\r\nline \u001b[31mtwo\u0007\r\nlast");
        AttachedDisk disk = machine.plug(disk("root"), soon());
        quit(3);
        machine.onExit().get();
        monitor.die();
        assertThatThrownBy(() -> disk.snapshot(Path.of("/i/one.qcow2"), Deadline.after(Duration.ofHours(1))))
                .hasMessage("Snapshot of disk 'root' failed: QEMU ended with status 3\n"
                        + "QEMU wrote:\n  qemu: warning\nthe guest wrote:\n  boot\n  line two\n  last")
                .asInstanceOf(type(VirtualMachineException.class))
                .satisfies(e -> assertThat(e.logFile()).contains(directory.resolve("qemu.log")));
    }

    @Test
    void aGuestThatFloodsItsConsoleIsEnded() throws Exception {
        machine.limit(1000, 1 << 20);
        Path serial = Files.write(directory.resolve("serial.log"), new byte[1000]);
        assertThat(machine.failure("Step failed", new IOException("late")).getMessage())
                .startsWith("Step failed: late");
        Files.write(serial, new byte[1001]);
        machine.onExit().get(20, TimeUnit.SECONDS);
        assertThat(machine.failure("Step failed", new IOException("late")))
                .isInstanceOf(HostDiskException.class)
                .hasMessage("Step failed: the guest's console printed more than 1000 bytes into '" + serial
                        + "' (expected at most that many)")
                .satisfies(e -> assertThat(e.advice()).containsExactly(AdviceKey.LARGER_LOG.advice()));
    }

    @Test
    void cachesThatGrowTooMuchEndTheMachine() throws Exception {
        machine.limit(1000, 1000);
        Path one = Files.write(directory.resolve("one.qcow2"), new byte[600]);
        Path two = Files.write(directory.resolve("two.qcow2"), new byte[400]);
        machine.plug(new DiskSpec("cache0", List.of(one), DiskFormat.QCOW2, false, true), soon());
        machine.plug(new DiskSpec("cache1", List.of(two), DiskFormat.QCOW2, false, true), soon());
        Thread.sleep(600);
        assertThat(machine.isAlive()).isTrue();
        Files.write(two, new byte[401]);
        machine.onExit().get(20, TimeUnit.SECONDS);
        assertThat(machine.failure("Step failed", new IOException("late")))
                .hasMessage("Step failed: '" + one + "', '" + two + "' together take more than 1000 bytes on the host's"
                        + " disk (expected at most that many for the caches of a build)")
                .satisfies(e -> assertThat(e.advice()).containsExactly(AdviceKey.LARGER_CACHES.advice()));
    }

    @Test
    void theLastLinesOfALongSerialLogAreTold() throws Exception {
        StringBuilder log = new StringBuilder();
        for (int i = 0; i < 5000; i++) {
            log.append("line ").append(i).append('\n');
        }
        Files.writeString(directory.resolve("serial.log"), log);
        String message = machine.failure("Boot failed", new IOException("late")).getMessage();
        assertThat(message)
                .startsWith("Boot failed: late\n")
                .contains("  line 4999", "  line 4980")
                .doesNotContain("line 4979");
    }

    @Test
    void closeIsForAllTimes() {
        machine.close();
        machine.close();
        assertThat(machine.isAlive()).isFalse();
    }

    @Test
    void unknownPortsAndInvalidDiskNamesAreMistakesOfTheCaller() {
        assertThatThrownBy(() -> machine.port("other")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> disk("a name")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> disk("x".repeat(21))).isInstanceOf(IllegalArgumentException.class);
    }

    private void quit(int status) {
        try {
            Path note = Files.writeString(directory.resolve("quit.new"), Integer.toString(status));
            Files.move(note, directory.resolve("quit"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DiskSpec disk(String name) {
        return new DiskSpec(name, Path.of("/i/" + name + ".qcow2"), DiskFormat.QCOW2, false);
    }

    private static Sent sent(String command, String arguments) throws IOException {
        return new Sent(command, JSON.readTree(arguments));
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }
}
