// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.crossbuild.PretendedHost;
import io.crossbuild.appliance.Appliances;
import io.crossbuild.appliance.TestAppliance;
import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.Mirror;
import io.crossbuild.debian.Mirrors;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.HostOs;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.network.Frames;
import io.crossbuild.qemu.QemuProvider;
import io.crossbuild.qemu.StateTable.Saving;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.HttpProxy;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import io.crossbuild.store.Store;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Boots with a program in place of QEMU and a shell of this host in place of the guest. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the machine is a shell script with fifos")
@Timeout(60)
class GuestsTest {
    @TempDir
    Path directory;

    private final Story story = new Story();
    private TestQemu qemu;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        qemu = new TestQemu(directory.resolve("qemu"), "9.2.0");
        store = Store.open(directory.resolve("store"));
        TestAppliance.publish(store, Architecture.AMD64);
    }

    @AfterEach
    void close() throws Exception {
        qemu.close();
    }

    private void useQemu(String version) throws Exception {
        qemu.close();
        qemu = new TestQemu(directory.resolve("qemu-" + version), version);
    }

    private Guests guests(@Nullable HttpProxy proxy) throws Exception {
        return guests(proxy, new WarmStart(store, story));
    }

    private Guests guests(@Nullable HttpProxy proxy, WarmStart warmStart) throws Exception {
        Downloader downloader = Downloader.open(DownloadOptions.of(true, BuildListener.NONE));
        Mirror mirror = Mirror.of(URI.create("http://127.0.0.1:1/debian/"));
        DebianArchive tools =
                DebianArchive.open(store, downloader, mirror, "trixie", Architecture.AMD64, Clock.systemUTC());
        return new Guests(
                store,
                new Appliances(store, downloader, Mirrors.of(mirror), story),
                QemuProvider.of(store, tools, story),
                qemu.program(),
                proxy,
                story,
                warmStart);
    }

    private static MachineOptions options(Duration bootTimeout) {
        return new MachineOptions(
                256 << 20,
                2,
                1L << 30,
                "tcg",
                bootTimeout,
                Duration.ofMinutes(1),
                NetworkOptions.DEFAULTS,
                1 << 28,
                1L << 34);
    }

    private static MachineOptions options() {
        return options(Duration.ofSeconds(30));
    }

    private Path logs() {
        return directory.resolve("logs");
    }

    private Guest boot() throws Exception {
        return guests(null).boot(Architecture.AMD64, options(), logs());
    }

    private int states() throws Exception {
        return store.keys(Store.Kind.STATE).size();
    }

    @Test
    void theFirstMachineIsSavedAndTheNextOnesGoOnFromThere() throws Exception {
        boot().close();
        assertThat(qemu.machines()).hasSize(2);
        assertThat(qemu.machines().get(0).isIncoming()).isFalse();
        assertThat(qemu.machines().get(0).told()).contains("stop").endsWith("quit");
        assertThat(qemu.machines().get(0).words()).isEmpty();
        assertThat(qemu.last().isIncoming()).isTrue();
        assertThat(qemu.last().arguments()).anyMatch(a -> a.contains("/memory,share=off"));
        assertThat(states()).isOne();

        boot().close();
        assertThat(qemu.machines()).hasSize(3);
        assertThat(qemu.last().isIncoming()).isTrue();
        assertThat(story.lines("note", "warning")).isEmpty();
        assertThat(story.lines("began", "ended"))
                .containsExactly(
                        "began: StartMachine[qemuVersion=9.2.0, accelerator=tcg]",
                        "ended: StartMachine[qemuVersion=9.2.0, accelerator=tcg]",
                        "began: StartMachine[qemuVersion=9.2.0, accelerator=tcg]",
                        "ended: StartMachine[qemuVersion=9.2.0, accelerator=tcg]");
    }

    @Test
    void aGuestIsGivenEntropyTheTimeItsDiskAndTheHostsCertificates() throws Exception {
        Path image = directory.resolve("disk.qcow2");
        try (PendingGuest pending = guests(new HttpProxy("proxy.example", 3128, null, null, List.of()))
                .begin(Architecture.AMD64, options(), logs())) {
            qemu.script("diagnose", "");
            // A command comes after all words.
            assertThat(pending.mount(List.of(image)).shortages()).isEmpty();
            assertThat(qemu.last().words().stream().map(word -> word.split(" ")[0]))
                    .startsWith("entropy", "time", "mount")
                    .contains("proxy")
                    .endsWith("certificates");
            assertThat(qemu.last().words()).contains("mount root");
            assertThat(qemu.last().told()).contains("blockdev-add node-root", "device_add root");
        }
    }

    @Test
    void whatAGuestSendsPassesAFilterThatKnowsTheMirror() throws Exception {
        byte[] blocked = Frames.syn("10.0.2.2", 8080);
        byte[] mirror = Frames.syn("10.0.2.2", 3142);
        Guests guests = guests(null).reaching(URI.create("http://localhost:3142/debian/"));
        try (Guest guest = guests.boot(Architecture.AMD64, options(), logs())) {
            assertThat(guest).isNotNull();
            assertThat(qemu.machines().get(0).frames()).isEmpty();
            assertThat(qemu.last().frames()).hasSize(3);
            assertThat(pass(qemu.last(), blocked, mirror)).isEqualTo(mirror);
        }
        assertThat(story.lines("warning"))
                .containsExactly("warning: ConnectionBlocked[address=10.0.2.2, port=8080, place=LOOPBACK]");
    }

    @Test
    void theFilterDependsOnTheNetworkAndTheSavedStateDoesNot() throws Exception {
        NetworkOptions network = NetworkOptions.DEFAULTS;
        List<HostRule> name = List.of(HostRule.parse("a.example").orElseThrow());
        boot().close();
        for (NetworkOptions each : List.of(
                network.withMode(NetworkMode.FULL), network.withMode(NetworkMode.NONE), network.withOnlyHosts(name))) {
            guests(null)
                    .boot(Architecture.AMD64, options().withNetwork(each), logs())
                    .close();
        }
        assertThat(states()).isOne();
        assertThat(qemu.machines().stream().map(machine -> machine.frames().size()))
                .containsExactly(0, 3, 0, 3, 4);
    }

    @Test
    void aGuestLearnsNoPasswordOfAProxyAndItsForwarderEndsWithIt() throws Exception {
        qemu.script("diagnose", "");
        String address;
        try (PendingGuest pending = guests(new HttpProxy("proxy.example", 3128, "me", "hunter2", List.of("*.corp")))
                .begin(Architecture.AMD64, options(), logs())) {
            assertThat(pending.mount(List.of(directory.resolve("disk.qcow2"))).shortages())
                    .isEmpty();
            assertThat(qemu.last().words())
                    .contains("proxy no_proxy=.corp")
                    .noneMatch(word -> word.contains("hunter2"));
            address = qemu.last().words().stream()
                    .filter(word -> word.startsWith("proxy http_proxy=http://crossbuild:"))
                    .findFirst()
                    .orElseThrow();
            assertThat(address).matches(".*:[0-9a-f]{32}@10\\.0\\.2\\.2:[0-9]+");
            assertThat(pass(qemu.last(), Frames.syn("10.0.2.2", port(address))))
                    .isEqualTo(Frames.syn("10.0.2.2", port(address)));
            new Socket(InetAddress.getLoopbackAddress(), port(address)).close();
        }
        awaitNoServerAt(port(address));
    }

    /** What ends with a machine does so a moment later. */
    private static void awaitNoServerAt(int port) throws Exception {
        while (true) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
                assertThat(socket.isConnected()).isTrue();
                Thread.sleep(10);
            } catch (ConnectException e) {
                return;
            }
        }
    }

    /** Sends frames as the guest's card does, and returns the first one that passes. */
    private static byte[] pass(TestQemu.Machine machine, byte[]... sent) throws IOException {
        DataOutputStream out =
                new DataOutputStream(Channels.newOutputStream(machine.frames().get(0)));
        for (byte[] frame : sent) {
            out.writeInt(frame.length);
            out.write(frame);
        }
        DataInputStream in =
                new DataInputStream(Channels.newInputStream(machine.frames().get(1)));
        return in.readNBytes(in.readInt());
    }

    private static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    @Test
    void aDiskThatCannotBeMountedIsReported() throws Exception {
        qemu.answersMountWith("failed mount: wrong fs type");
        Path image = directory.resolve("disk.qcow2");
        try (PendingGuest pending = guests(null).begin(Architecture.AMD64, options(), logs())) {
            assertThatThrownBy(() -> pending.mount(List.of(image)))
                    .isInstanceOf(CrossbuildException.class)
                    .isNotInstanceOf(VirtualMachineException.class)
                    .hasMessage("Mounting '" + image
                            + "' in the guest failed: it answered 'failed mount: wrong fs type' (expected 'mounted')");
        }
    }

    @Test
    void aStateThatDoesNotFitIsReplaced() throws Exception {
        boot().close();
        String key = store.keys(Store.Kind.STATE).get(0);
        store.remove(Store.Kind.STATE, key);
        Path state = store.publish(
                Store.Kind.STATE, key, content -> Files.writeString(content.resolve("devices"), "of another machine"));
        boot().close();

        assertThat(story.lines("note"))
                .singleElement()
                .asString()
                .startsWith("note: SavedMachineDiscarded[problem=Restoring the machine's state")
                .contains("no state of this machine");
        assertThat(qemu.machines().stream().map(TestQemu.Machine::isIncoming))
                .containsExactly(false, true, true, false, true);
        assertThat(state.resolve("devices")).hasContent("state");
    }

    @Test
    void aTruncatedStateIsNotStarted() throws Exception {
        boot().close();
        Path devices = store.find(Store.Kind.STATE, store.keys(Store.Kind.STATE).get(0))
                .orElseThrow()
                .resolve("devices");
        Files.writeString(devices, "sta");
        boot().close();

        assertThat(story.lines("note"))
                .containsExactly("note: SavedMachineDiscarded[problem='" + devices + "' has 3 bytes (expected 5)]");
        assertThat(qemu.machines().stream().map(TestQemu.Machine::isIncoming))
                .containsExactly(false, true, false, true);
        assertThat(devices).hasContent("state");
    }

    @Test
    void aMachineThatTakesNoStateAtAllIsBootedCold() throws Exception {
        qemu.refuse("migrate-incoming", "not here");
        boot().close();
        assertThat(qemu.machines().stream().map(TestQemu.Machine::isIncoming))
                .containsExactly(false, true, false, true, false);
        assertThat(story.lines("note")).hasSize(2);
        assertThat(states()).isZero();
    }

    @Test
    void aStateThatCannotBeWrittenIsDoneWithout() throws Exception {
        qemu.refuse("migrate", "disk full");
        boot().close();
        assertThat(story.lines("note"))
                .hasSize(1)
                .first()
                .asString()
                .startsWith("note: MachineNotSaved[problem=Saving the machine's state");
        assertThat(qemu.machines()).hasSize(2);
        assertThat(states()).isZero();
    }

    @Test
    void aHostWithTooLittleMemoryIsReported() throws Exception {
        qemu.diesWith(135, "migrate");
        boot().close();
        assertThat(story.lines("note"))
                .singleElement()
                .asString()
                .startsWith("note: MachineNotSaved[problem=")
                .contains("the machine's memory does not fit into");
    }

    /** As on macOS and Windows: see StateTable. */
    @Test
    void whereStatesWereNotTriedEachMachineBoots() throws Exception {
        Guests guests = guests(null, new WarmStart(store, story, (emulator, accelerator) -> Saving.NONE));
        guests.boot(Architecture.AMD64, options(), logs()).close();
        guests.boot(Architecture.AMD64, options(), logs()).close();
        assertThat(qemu.machines().stream().map(TestQemu.Machine::isIncoming)).containsExactly(false, false);
        assertThat(qemu.last().told()).doesNotContain("stop");
        assertThat(states()).isZero();
    }

    /** The table is asked about the host, not about QEMU alone. */
    @Test
    void onMacosEachMachineBoots() throws Exception {
        try (PretendedHost mac = PretendedHost.of(HostOs.MACOS)) {
            boot().close();
            boot().close();
            assertThat(qemu.machines().stream().map(TestQemu.Machine::isIncoming))
                    .as("%s", mac)
                    .containsExactly(false, false);
        }
        assertThat(qemu.machines().get(0).told()).doesNotContain("stop");
        assertThat(states()).isZero();
    }

    @Test
    void aStateInOneFileIsSavedWhileTheMachineGoesOn() throws Exception {
        Guests guests = guests(null, new WarmStart(store, story, (emulator, accelerator) -> Saving.IN_ONE_FILE));
        guests.boot(Architecture.AMD64, options(), logs()).close();
        assertThat(qemu.last().told()).contains("stop", "cont");
        guests.boot(Architecture.AMD64, options(), logs()).close();
        assertThat(qemu.machines().stream().map(TestQemu.Machine::isIncoming)).containsExactly(false, true);
        assertThat(qemu.last().arguments()).noneMatch(a -> a.contains("mem-path"));
        assertThat(story.lines("note", "warning")).isEmpty();
    }

    @Test
    void anOlderQemuSavesNothing() throws Exception {
        useQemu("7.2.1");
        boot().close();
        assertThat(qemu.machines()).hasSize(1);
        assertThat(qemu.last().told()).doesNotContain("stop");
        assertThat(states()).isZero();
    }

    @Test
    void aGuestThatDoesNotGetReadyHasAdvice() throws Exception {
        qemu.mute();
        VirtualMachineException failure = catchThrowableOfType(
                VirtualMachineException.class,
                () -> guests(null).boot(Architecture.AMD64, options(Duration.ofMillis(500)), logs()));
        assertThat(failure).hasMessageContaining("Virtual machine did not get ready: No message on port 'crossbuild'");
        assertThat(failure.advice()).containsExactly(AdviceKey.MORE_BOOT_TIME.advice());
        assertThat(failure.logFile()).isPresent();
    }

    @Test
    void aMachineThatDiesWhileItBootsIsNotWaitedFor() throws Exception {
        useQemu("7.2.1");
        qemu.diesWith(1, "device_add");
        try (PendingGuest pending = guests(null).begin(Architecture.AMD64, options(), logs())) {
            assertThatThrownBy(() -> pending.mount(List.of(directory.resolve("disk.qcow2"))))
                    .isInstanceOf(VirtualMachineException.class)
                    .hasMessageContaining("QEMU ended with status 1");
        }
    }

    @Test
    void aBootThatIsGivenUpEndsItsMachine() throws Exception {
        PendingGuest pending = guests(null).begin(Architecture.AMD64, options(), logs());
        story.await("began: StartMachine");
        pending.close();
        assertThatThrownBy(() -> pending.mount(List.of(directory.resolve("disk.qcow2"))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The boot of a virtual machine failed");
    }
}
