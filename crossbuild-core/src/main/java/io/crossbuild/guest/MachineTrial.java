// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.AcceleratorVariant;
import io.crossbuild.qemu.GuestTrial;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.QemuBinary;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * Boots the machine that a build would use, with its devices and processors, until its guest is ready. That a
 * hypervisor's device can be opened, and even creates a machine, proves nothing: on some hosts the machine never
 * executes an instruction on the processor itself, on others it stops when the kernel starts more processors or finds
 * its devices.
 *
 * <p>The kernel's banner has a shorter deadline, so that a machine that executes nothing is given up soon. The first
 * byte on the serial port is not enough: it comes from 16-bit code, which KVM interprets if the processor cannot run
 * it.
 */
final class MachineTrial implements GuestTrial {
    static final String BANNER = "Linux version ";
    static final Duration BANNER_TIME = Duration.ofSeconds(5);
    private static final Duration READY_TIME = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final int MAX_BYTES = 64 << 10;
    /** So that a host with too little memory for the build is not a host without an accelerator. */
    private static final long MAX_MEMORY_BYTES = 512L << 20;

    private final Store store;
    private final Function<AcceleratorVariant, MachineSpec> machines;
    private final Duration bannerTime;

    /**
     * @param machines the machine that a build would use
     * @param bannerTime how long a kernel may print nothing
     */
    MachineTrial(Store store, Function<AcceleratorVariant, MachineSpec> machines, Duration bannerTime) {
        this.store = store;
        this.machines = machines;
        this.bannerTime = bannerTime;
    }

    @Override
    public Optional<String> problem(QemuBinary qemu, AcceleratorVariant variant)
            throws IOException, CrossbuildException, InterruptedException {
        MachineSpec real = machines.apply(variant);
        // Without these the kernel prints nothing before it has a console, and then only warnings.
        MachineSpec machine = real.withAppend(real.append() + " loglevel=8 " + early(real))
                .withMemoryBytes(Math.min(real.memoryBytes(), MAX_MEMORY_BYTES));
        Deadline banner = Deadline.after(bannerTime);
        Deadline ready = Deadline.after(READY_TIME);
        try (BuildDirectory directory = store.newBuildDirectory()) {
            try {
                GuestBoot.start(qemu, machine, directory.path(), ready, started -> await(started, banner, ready))
                        .close();
                return Optional.empty();
            } catch (VirtualMachineException e) {
                if (!BootFailure.isOfAccelerator(e)) {
                    throw e;
                }
                return Optional.of(BootFailure.problem(e));
            }
        }
    }

    private static String early(MachineSpec machine) {
        return switch (machine.architecture()) {
            case AMD64 -> "earlyprintk=ttyS0";
            case ARM64 -> "earlycon=pl011,0x9000000";
        };
    }

    private static void await(QemuProcess process, Deadline banner, Deadline ready)
            throws IOException, InterruptedException {
        while (!hasBanner(process.serialLog())) {
            if (!process.isAlive()) {
                throw new IOException("the machine ended before its kernel printed anything");
            }
            if (banner.isExpired()) {
                throw new IOException("the guest's kernel printed nothing within " + banner);
            }
            Thread.sleep(POLL.toMillis());
        }
        new GuestPorts(process).expect("ready", ready);
    }

    private static boolean hasBanner(Path serialLog) throws IOException {
        if (!Files.exists(serialLog)) {
            return false;
        }
        try (InputStream in = Files.newInputStream(serialLog)) {
            return new String(in.readNBytes(MAX_BYTES), StandardCharsets.ISO_8859_1).contains(BANNER);
        }
    }
}
