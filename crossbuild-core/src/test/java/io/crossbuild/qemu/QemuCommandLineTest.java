// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class QemuCommandLineTest {
    private static final MachineFiles FILES =
            new MachineFiles(Path.of("/l/serial.log"), Path.of("/s/qmp"), List.of(Path.of("/s/port0")), List.of());

    @Test
    void amd64UnderTranslation() {
        assertThat(of(Machines.spec(Architecture.AMD64, Accelerator.TCG)))
                .containsExactly(
                        "/q/qemu",
                        "-nodefaults",
                        "-no-user-config",
                        "-display",
                        "none",
                        "-no-reboot",
                        "-name",
                        "crossbuild",
                        "-sandbox",
                        "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
                        "-machine",
                        "q35,usb=off,vmport=off,hpet=off,sata=off,smbus=off",
                        "-accel",
                        "tcg,thread=multi,tb-size=256",
                        "-cpu",
                        "Nehalem",
                        "-smp",
                        "2",
                        "-m",
                        "2048M",
                        "-kernel",
                        "/k/vmlinuz",
                        "-initrd",
                        "/k/initrd",
                        "-append",
                        "console=ttyS0 quiet",
                        "-chardev",
                        "file,id=serial0,path=/l/serial.log",
                        "-serial",
                        "chardev:serial0",
                        "-chardev",
                        "socket,id=qmp,path=/s/qmp,server=off",
                        "-mon",
                        "chardev=qmp,mode=control",
                        "-device",
                        "virtio-serial-pci,id=ports",
                        "-chardev",
                        "socket,id=port0,path=/s/port0,server=off",
                        "-device",
                        "virtserialport,bus=ports.0,chardev=port0,name=crossbuild",
                        "-object",
                        "rng-builtin,id=rng0",
                        "-device",
                        "virtio-rng-pci,rng=rng0",
                        "-device",
                        "vmgenid,guid=auto",
                        "-netdev",
                        "user,id=net0,ipv6=off",
                        "-device",
                        "virtio-net-pci,netdev=net0,mac=52:54:00:12:34:56,romfile=",
                        "-device",
                        "pcie-root-port,id=slot0,chassis=1,slot=1",
                        "-device",
                        "pcie-root-port,id=slot1,chassis=2,slot=2");
    }

    @Test
    void framesPassThroughThisJvm() {
        MachineSpec spec = Machines.spec(Architecture.AMD64, Accelerator.TCG).withFilter(FrameFilter.SENT);
        assertThat(QemuCommandLine.of(Machines.qemu(Architecture.AMD64, 10), spec, framesAt(3)))
                .containsSequence(
                        "virtio-net-pci,netdev=net0,mac=52:54:00:12:34:56,romfile=",
                        "-chardev",
                        "socket,id=frames0,path=/s/frames0,server=off",
                        "-chardev",
                        "socket,id=frames1,path=/s/frames1,server=off",
                        "-chardev",
                        "socket,id=frames2,path=/s/frames2,server=off",
                        "-object",
                        "filter-redirector,id=sent,netdev=net0,queue=rx,outdev=frames0,indev=frames1",
                        "-object",
                        "filter-redirector,id=received,netdev=net0,queue=tx,indev=frames2");
        assertThat(QemuCommandLine.of(Machines.qemu(Architecture.AMD64, 10), spec, framesAt(4)))
                .contains("filter-redirector,id=received,netdev=net0,queue=tx,indev=frames2,outdev=frames3");
    }

    private static MachineFiles framesAt(int sockets) {
        List<Path> frames = IntStream.range(0, sockets)
                .mapToObj(i -> Path.of("/s/frames" + i))
                .toList();
        return new MachineFiles(FILES.serialLog(), FILES.qmpSocket(), FILES.portSockets(), frames);
    }

    @Test
    void arm64UnderKvm() {
        List<String> args = of(Machines.spec(Architecture.ARM64, Accelerator.KVM));
        assertThat(args).containsSequence("-machine", "virt,gic-version=host", "-accel", "kvm", "-cpu", "host");
        assertThat(args).doesNotContain("vmgenid,guid=auto");
    }

    @Test
    void arm64UnderTranslation() {
        assertThat(of(Machines.spec(Architecture.ARM64, Accelerator.TCG)))
                .containsSequence(
                        "-machine",
                        "virt,gic-version=3",
                        "-accel",
                        "tcg,thread=multi,tb-size=256",
                        "-cpu",
                        "cortex-a76");
    }

    @Test
    void otherHostsHypervisors() {
        assertThat(of(Machines.spec(Architecture.ARM64, Accelerator.HVF)))
                .containsSequence("-machine", "virt", "-accel", "hvf", "-cpu", "host");
        assertThat(of(Machines.spec(Architecture.AMD64, Accelerator.WHPX)))
                .containsSequence("-accel", "whpx", "-cpu", "host");
    }

    @Test
    void aMachineThatWaitsForItsState() {
        assertThat(of(Machines.spec(Architecture.AMD64, Accelerator.TCG).withIncoming(true)))
                .endsWith("-incoming", "defer");
    }

    @Test
    void theMemoryMayLieInAFile() {
        MachineSpec spec = Machines.spec(Architecture.AMD64, Accelerator.TCG);
        List<String> template = of(spec.withMemory(new MemoryFile(Path.of("/a,b"), true)));
        assertThat(template)
                .contains(
                        "memory-backend-file,id=ram0,size=" + (spec.memoryBytes() >> 20) + "M,mem-path=/a,,b,share=on");
        assertThat(template).anyMatch(a -> a.startsWith("q35,") && a.endsWith(",memory-backend=ram0"));
        assertThat(of(spec.withMemory(new MemoryFile(Path.of("/m"), false))))
                .anyMatch(a -> a.endsWith(",mem-path=/m,share=off,readonly=on,rom=off"));
    }

    @Test
    void aBareMachineHasNothingToTalkTo() {
        MachineSpec good = Machines.spec(Architecture.AMD64, Accelerator.KVM);
        MachineSpec bare = new MachineSpec(
                Architecture.AMD64,
                good.variant(),
                1,
                1,
                Path.of("/k"),
                null,
                "",
                List.of(),
                0,
                false,
                FrameFilter.NONE,
                false,
                null);
        List<String> args = QemuCommandLine.of(
                Machines.qemu(Architecture.AMD64, 10),
                bare,
                new MachineFiles(Path.of("/s"), Path.of("/q"), List.of(), List.of()));
        assertThat(args).doesNotContain("-initrd", "-append", "-netdev", "-incoming");
        assertThat(args)
                .noneMatch(a -> a.contains("root-port") || a.contains("virtio-net") || a.contains("serialport"));
        assertThat(args).containsSequence("-m", "1M");
    }

    @Test
    void anEmulatorWithoutSeccompIsNotAskedForIt() {
        QemuBinary plain = new QemuBinary(
                Architecture.AMD64, Path.of("/q"), List.of("ld.so", "--x", "/q"), Map.of(), "8.0.0", 8, false, "8.0.0");
        List<String> args = QemuCommandLine.of(plain, Machines.spec(Architecture.AMD64, Accelerator.TCG), FILES);
        assertThat(args).startsWith("ld.so", "--x", "/q", "-nodefaults").doesNotContain("-sandbox");
    }

    @Test
    void aCommaInAPathIsNotAnOption() {
        MachineFiles files = new MachineFiles(
                Path.of("/l,server=on/serial"), Path.of("/s,x/qmp"), List.of(Path.of("/s,,x/port0")), List.of());
        List<String> args = QemuCommandLine.of(
                Machines.qemu(Architecture.AMD64, 10), Machines.spec(Architecture.AMD64, Accelerator.TCG), files);
        assertThat(args)
                .contains(
                        "file,id=serial0,path=/l,,server=on/serial",
                        "socket,id=qmp,path=/s,,x/qmp,server=off",
                        "socket,id=port0,path=/s,,,,x/port0,server=off");
    }

    @Test
    void theNumbersOfAMachineAreChecked() {
        MachineSpec good = Machines.spec(Architecture.AMD64, Accelerator.TCG);
        assertThatThrownBy(() -> new MachineSpec(
                        good.architecture(),
                        good.variant(),
                        good.memoryBytes(),
                        0,
                        good.kernel(),
                        null,
                        "",
                        List.of(),
                        0,
                        false,
                        FrameFilter.NONE,
                        false,
                        null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("cpus");
    }

    private static List<String> of(MachineSpec spec) {
        return QemuCommandLine.of(Machines.qemu(spec.architecture(), 10), spec, FILES);
    }
}
