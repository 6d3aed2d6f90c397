// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.appliance.Appliance;
import io.crossbuild.appliance.Appliances;
import io.crossbuild.appliance.TestAppliance;
import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.Mirror;
import io.crossbuild.debian.Mirrors;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.guest.TestQemu.Fate;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.qemu.QemuProvider;
import io.crossbuild.qemu.TestProvider;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkOptions;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * An accelerator that fails: QEMU is a program that ends, prints an error or does nothing, as it was seen to do with
 * HVF (NVIDIA/OpenShell#2924, utmapp/UTM#7841) and WHPX (cubic-vm/cubic#500). On this Linux host its name is KVM.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "the machine is a shell script with fifos")
@Timeout(60)
class AcceleratorFallbackTest {
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(2);
    private static final String HVF_ERROR = "qemu-system-x86_64: Error: ret = HV_BAD_ARGUMENT (0xfae94003)";

    @TempDir
    Path directory;

    private final Story story = new Story();
    private TestQemu qemu;
    private Store store;

    @BeforeEach
    void open() throws Exception {
        qemu = new TestQemu(directory.resolve("qemu"), "10.2.0");
        store = Store.open(directory.resolve("store"));
        TestAppliance.publish(store, Architecture.AMD64);
        Files.createFile(directory.resolve("kvm"));
    }

    @AfterEach
    void close() throws Exception {
        qemu.close();
    }

    private static boolean isAccelerated(List<String> arguments) {
        return arguments.contains("kvm");
    }

    private static boolean isTrial(List<String> arguments) {
        return arguments.stream().anyMatch(a -> a.contains("earlyprintk"));
    }

    /** After the trial, accelerated machines have this fate. */
    private void afterTrial(Fate fate) {
        qemu.fates(arguments -> isAccelerated(arguments) && !isTrial(arguments) ? fate : Fate.BOOTS);
    }

    private Guest boot(String accelerator, Duration bootTimeout) throws Exception {
        return guests().boot(Architecture.AMD64, options(accelerator, bootTimeout), logs());
    }

    private static MachineOptions options(String accelerator, Duration bootTimeout) {
        return new MachineOptions(
                2L << 30,
                3,
                1L << 30,
                accelerator,
                bootTimeout,
                Duration.ofMinutes(1),
                NetworkOptions.DEFAULTS,
                1 << 28,
                1L << 34);
    }

    private Guests guests() throws Exception {
        return new Guests(store, appliances(), provider(), qemu.program(), null, story);
    }

    private Appliances appliances() throws Exception {
        Downloader downloader = Downloader.open(DownloadOptions.of(true, BuildListener.NONE));
        Mirror mirror = Mirror.of(URI.create("http://127.0.0.1:1/debian/"));
        return new Appliances(store, downloader, Mirrors.of(mirror), story);
    }

    private QemuProvider provider() {
        return TestProvider.withKvm(store, directory.resolve("kvm"), story);
    }

    private Path logs() {
        return directory.resolve("logs");
    }

    private String verdict() throws IOException {
        try (var files = Files.list(store.home().resolve("verdicts"))) {
            Path file = files.filter(f -> f.getFileName().toString().startsWith("accelerator-kvm-"))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(file);
        }
    }

    private List<String> accelerators() {
        return qemu.machines().stream()
                .map(m -> isAccelerated(m.arguments()) ? isTrial(m.arguments()) ? "trial" : "kvm" : "tcg")
                .toList();
    }

    @Test
    void theTrialBootsTheMachineOfTheBuild() throws Exception {
        boot("auto", LONG).close();
        assertThat(accelerators()).containsExactly("trial", "kvm", "kvm");
        List<String> trial = qemu.machines().get(0).arguments();
        List<String> build = qemu.machines().get(1).arguments();
        assertThat(trial).containsSequence("-smp", "3").containsSequence("-m", "512M");
        assertThat(build.stream().filter(a -> a.contains("virtio") || a.contains("root-port")))
                .isNotEmpty()
                .allMatch(trial::contains);
        assertThat(verdict()).startsWith("works ").endsWith("\nkvm host\n");
        assertThat(story.lines("note", "warning")).isEmpty();

        boot("auto", LONG).close();
        assertThat(accelerators()).containsExactly("trial", "kvm", "kvm", "kvm");
    }

    @Test
    void aMachineThatStallsAfterItsTrialIsEmulatedInTheSameBuild() throws Exception {
        afterTrial(Fate.STALLS);
        boot("auto", SHORT).close();
        assertThat(accelerators()).containsExactly("trial", "kvm", "tcg", "tcg");
        assertThat(story.lines("began", "ended", "warning"))
                .containsExactly(
                        "began: StartMachine[qemuVersion=10.2.0, accelerator=kvm]",
                        "began: StartMachine[qemuVersion=10.2.0, accelerator=tcg]",
                        "ended: StartMachine[qemuVersion=10.2.0, accelerator=tcg]",
                        "warning: AcceleratorFailed[accelerator=kvm, problem=Virtual machine did not get ready:"
                                + " No message on port 'crossbuild' within 2 s]");
        assertThat(verdict()).startsWith("fails ").contains("\nVirtual machine did not get ready: No message");

        story.clear();
        boot("auto", LONG).close();
        assertThat(accelerators()).containsExactly("trial", "kvm", "tcg", "tcg", "tcg");
        assertThat(story.lines("note", "warning")).isEmpty();
    }

    @Test
    void aMachineThatEndsWithAnErrorIsEmulatedAndQemusLastLineIsTold() throws Exception {
        afterTrial(Fate.DIES);
        qemu.complains("qemu-system-x86_64: warning: something else\n" + HVF_ERROR);
        boot("auto", LONG).close();
        assertThat(accelerators()).endsWith("tcg", "tcg").startsWith("trial", "kvm");
        assertThat(story.lines("warning"))
                .singleElement()
                .asString()
                .startsWith("warning: AcceleratorFailed[accelerator=kvm, problem=Virtual machine did not ")
                .endsWith(": " + HVF_ERROR + "]");
        assertThat(verdict()).startsWith("fails ").endsWith(HVF_ERROR + "\n");
        assertThat(Files.readString(logs().resolve("qemu-kvm.log"))).contains(HVF_ERROR);
        assertThat(logs().resolve("serial-kvm.log")).exists();
        assertThat(Files.readString(logs().resolve("qemu.log"))).doesNotContain(HVF_ERROR);
    }

    @Test
    void aTrialThatEndsWithAnErrorTellsItToo() throws Exception {
        qemu.fates(arguments -> isAccelerated(arguments) ? Fate.DIES : Fate.BOOTS);
        qemu.complains(HVF_ERROR);
        boot("auto", LONG).close();
        assertThat(accelerators()).containsExactly("trial", "tcg", "tcg");
        assertThat(story.lines("note", "warning"))
                .singleElement()
                .asString()
                .startsWith("note: AcceleratorUnusable[accelerator=kvm, problem=")
                .endsWith(": " + HVF_ERROR + "]");
        assertThat(verdict()).startsWith("fails ").endsWith(HVF_ERROR + "\n");
    }

    @Test
    void aTrialWhoseProcessorExecutesNothingIsGivenUpSoon() throws Exception {
        qemu.fates(arguments -> isAccelerated(arguments) ? Fate.PRINTS_NOTHING : Fate.BOOTS);
        Appliance appliance = appliances().provide(Architecture.AMD64);
        MachineTrial trial = new MachineTrial(
                store, variant -> GuestBoot.machine(appliance, variant, options("auto", LONG)), Duration.ofMillis(300));
        provider().choose(Architecture.AMD64, qemu.program(), "auto", trial);
        assertThat(accelerators()).containsExactly("trial");
        assertThat(story.lines("note", "warning"))
                .singleElement()
                .asString()
                .contains("the guest's kernel printed nothing within 300 ms");
    }

    @Test
    void whatTheUserNamesIsNotReplaced() throws Exception {
        afterTrial(Fate.STALLS);
        assertThatThrownBy(() -> boot("kvm", SHORT))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Virtual machine did not get ready")
                .satisfies(e -> assertThat(((VirtualMachineException) e).advice())
                        .containsExactly(AdviceKey.MORE_BOOT_TIME.advice()));
        assertThat(accelerators()).containsExactly("kvm");
        assertThat(story.lines("warning")).isEmpty();
    }

    @Test
    void aMachineThatBootsInNoWayIsNotTheAcceleratorsFault() throws Exception {
        qemu.fates(arguments -> isTrial(arguments) ? Fate.BOOTS : Fate.DIES);
        qemu.complains("qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory");
        assertThatThrownBy(() -> boot("auto", LONG))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Cannot allocate memory");
        assertThat(accelerators()).startsWith("trial", "kvm").endsWith("tcg");
        assertThat(story.lines("warning")).isEmpty();
        assertThat(verdict()).startsWith("works ");
    }

    @Test
    void someFailuresAreNoAccelerators() {
        assertThat(BootFailure.isOfAccelerator(new VirtualMachineException("x", null, null, new IOException())))
                .isTrue();
        assertThat(BootFailure.isOfAccelerator(new HostDiskException("x", "full", null, null, null)))
                .isFalse();
        assertThat(BootFailure.isOfAccelerator(
                        new VirtualMachineException("x", AdviceKey.SOCKET_DIRECTORY.advice(), null, new IOException())))
                .isFalse();
    }

    @Test
    void anImageThatQemuRefusesIsNotTheAcceleratorsFault() throws Exception {
        qemu.refuse("blockdev-add", "Image is not in qcow2 format");
        try (PendingGuest pending = guests().begin(Architecture.AMD64, options("auto", LONG), logs())) {
            assertThatThrownBy(() -> pending.mount(List.of(directory.resolve("disk.qcow2"))))
                    .isInstanceOf(VirtualMachineException.class)
                    .hasMessageContaining("Image is not in qcow2 format");
        }
        assertThat(accelerators()).contains("kvm").doesNotContain("tcg");
        assertThat(verdict()).startsWith("works ");
    }
}
