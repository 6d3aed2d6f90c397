// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.network.UserNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The arguments that make a machine (qemu(1)). A pure function: the result depends only on the parameters. */
final class QemuCommandLine {
    static final String NETWORK = "net0";
    static final String SLOT_PREFIX = "slot";

    private static final String RAM = "ram0";
    private static final long MIB = 1 << 20;

    private final List<String> args = new ArrayList<>();
    private final QemuBinary qemu;
    private final MachineSpec spec;
    private final MachineFiles files;
    private final FileNames names;

    private QemuCommandLine(QemuBinary qemu, MachineSpec spec, MachineFiles files) {
        this.qemu = qemu;
        this.spec = spec;
        this.files = files;
        this.names = FileNames.of(qemu);
    }

    static List<String> of(QemuBinary qemu, MachineSpec spec, MachineFiles files) {
        return new QemuCommandLine(qemu, spec, files).build();
    }

    private List<String> build() {
        args.addAll(qemu.command());
        host();
        machine();
        boot();
        channels();
        devices();
        if (spec.incoming()) {
            add("-incoming", "defer");
        }
        return List.copyOf(args);
    }

    /** No host configuration, no window, and no way to a shell for a guest that breaks out. */
    private void host() {
        add("-nodefaults");
        add("-no-user-config");
        add("-display", "none");
        add("-no-reboot");
        add("-name", "crossbuild");
        if (qemu.sandbox()) {
            add("-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny");
        }
    }

    private void machine() {
        boolean x86 = spec.architecture() == Architecture.AMD64;
        String machine = spec.architecture().qemuMachine();
        if (x86) {
            machine += ",usb=off,vmport=off,hpet=off,sata=off,smbus=off";
        } else if (spec.accelerator() == Accelerator.TCG || spec.accelerator() == Accelerator.WHPX) {
            // WHPX has no other one (whpx_accel_init in target/arm/whpx/whpx-all.c).
            machine += ",gic-version=3";
        } else if (spec.accelerator() == Accelerator.KVM) {
            machine += ",gic-version=host";
        }
        MemoryFile memory = spec.memory();
        if (memory != null) {
            add("-object", memory(memory));
            machine += ",memory-backend=" + RAM;
        }
        add("-machine", machine);
        add("-accel", spec.variant().option());
        add("-cpu", spec.variant().cpu());
        add("-smp", Integer.toString(spec.cpus()));
        add("-m", mebibytes() + "M");
    }

    private String memory(MemoryFile memory) {
        String access = memory.template() ? "share=on" : "share=off,readonly=on,rom=off";
        return "memory-backend-file,id=" + RAM + ",size=" + mebibytes() + "M,mem-path=" + value(memory.file()) + ","
                + access;
    }

    private long mebibytes() {
        return (spec.memoryBytes() + MIB - 1) / MIB;
    }

    private void boot() {
        add("-kernel", names.of(spec.kernel()));
        Path initrd = spec.initrd();
        if (initrd != null) {
            add("-initrd", names.of(initrd));
        }
        if (!spec.append().isEmpty()) {
            add("-append", spec.append());
        }
    }

    private void channels() {
        add("-chardev", "file,id=serial0,path=" + value(files.serialLog()));
        add("-serial", "chardev:serial0");
        add("-chardev", "socket,id=qmp,path=" + value(files.qmpSocket()) + ",server=off");
        add("-mon", "chardev=qmp,mode=control");
        if (!spec.messagePorts().isEmpty()) {
            add("-device", "virtio-serial-pci,id=ports");
        }
        for (int i = 0; i < spec.messagePorts().size(); i++) {
            add(
                    "-chardev",
                    "socket,id=port" + i + ",path=" + value(files.portSockets().get(i)) + ",server=off");
            add(
                    "-device",
                    "virtserialport,bus=ports.0,chardev=port" + i + ",name="
                            + spec.messagePorts().get(i));
        }
    }

    private void devices() {
        add("-object", "rng-builtin,id=rng0");
        add("-device", "virtio-rng-pci,rng=rng0");
        if (spec.architecture() == Architecture.AMD64) {
            add("-device", "vmgenid,guid=auto");
        }
        if (spec.network()) {
            // No port of the host leads into it: see QemuProcess.forward.
            add("-netdev", "user,id=" + NETWORK + ",ipv6=off");
            add(
                    "-device",
                    "virtio-net-pci,netdev=" + NETWORK + ",mac=" + UserNetwork.GUEST_HARDWARE_TEXT + ",romfile=");
            filter();
        }
        for (int i = 0; i < spec.diskSlots(); i++) {
            add("-device", "pcie-root-port,id=" + SLOT_PREFIX + i + ",chassis=" + (i + 1) + ",slot=" + (i + 1));
        }
    }

    /**
     * Hands frames to this JVM, each after its length in four bytes, and takes back those that pass
     * (net/filter-mirror.c). "rx" is what the user network receives. If the JVM's end is closed, nothing passes.
     */
    private void filter() {
        List<Path> ends = files.frameSockets();
        for (int i = 0; i < ends.size(); i++) {
            add("-chardev", "socket,id=frames" + i + ",path=" + value(ends.get(i)) + ",server=off");
        }
        if (!ends.isEmpty()) {
            add("-object", "filter-redirector,id=sent,netdev=" + NETWORK + ",queue=rx,outdev=frames0,indev=frames1");
            String received = ends.size() > 3 ? ",outdev=frames3" : "";
            add("-object", "filter-redirector,id=received,netdev=" + NETWORK + ",queue=tx,indev=frames2" + received);
        }
    }

    /** A path as the value of an option: QEMU reads a doubled comma as a plain one. */
    private String value(Path path) {
        return names.of(path).replace(",", ",,");
    }

    private void add(String... words) {
        args.addAll(List.of(words));
    }
}
