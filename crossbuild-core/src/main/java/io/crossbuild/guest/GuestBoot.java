// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.appliance.Appliance;
import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.Accelerator;
import io.crossbuild.qemu.AcceleratorVariant;
import io.crossbuild.qemu.AttachedDisk;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.Qemu;
import io.crossbuild.qemu.QemuBinary;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.spec.MachineOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Boots an appliance. The guest says "ready"; the host answers with entropy, the time, the disk to mount and what the
 * guest needs to know about the host. So there is no need to poll the guest.
 */
final class GuestBoot {
    private static final Duration MOUNT = Duration.ofMinutes(2);
    private static final int ENTROPY_BYTES = 64;
    private static final SecureRandom RANDOM = new SecureRandom();

    private GuestBoot() {}

    static MachineSpec machine(Appliance appliance, AcceleratorVariant variant, MachineOptions options) {
        Accelerator accelerator = variant.accelerator();
        return new MachineSpec(
                appliance.architecture(),
                variant,
                options.memoryBytes(),
                options.cpus(),
                appliance.kernel(accelerator),
                appliance.initramfs(),
                append(appliance.architecture(), accelerator),
                GuestPorts.NAMES,
                GuestDisks.SLOTS,
                true,
                false,
                null);
    }

    /** The kernel's command line (Documentation/admin-guide/kernel-parameters.txt). */
    private static String append(Architecture architecture, Accelerator accelerator) {
        // Checking one clock against another makes no sense under emulation; a panic ends the machine.
        String append = "console=" + architecture.serialConsole()
                + " loglevel=5 panic=-1 tsc=reliable no_timer_check rcupdate.rcu_expedited=1";
        if (accelerator != Accelerator.TCG) {
            return append;
        }
        // An emulated processor does not speculate. Programs use only one of the security modules; the others protect
        // against users that a guest does not have.
        append += " mitigations=off lsm=landlock";
        // QEMU's PC plugs disks in through ACPI, so ports need no drivers.
        return architecture == Architecture.AMD64 ? append + " pcie_ports=compat" : append;
    }

    /** Boots a machine up to the point where the guest waits for the host. */
    static QemuProcess boot(QemuBinary qemu, MachineSpec machine, Path logDirectory, Deadline deadline)
            throws VirtualMachineException, IOException, InterruptedException {
        return start(
                qemu, machine, logDirectory, deadline, process -> new GuestPorts(process).expect("ready", deadline));
    }

    /** What must happen before a new machine counts as started. */
    @FunctionalInterface
    interface Preparation {
        void prepare(QemuProcess process) throws VirtualMachineException, IOException, InterruptedException;
    }

    static QemuProcess start(
            QemuBinary qemu, MachineSpec machine, Path logDirectory, Deadline deadline, Preparation preparation)
            throws VirtualMachineException, IOException, InterruptedException {
        QemuProcess process = Qemu.start(qemu, machine, logDirectory, deadline);
        boolean prepared = false;
        try {
            preparation.prepare(process);
            prepared = true;
            return process;
        } catch (IOException e) {
            throw process.failure("Virtual machine did not get ready", e);
        } finally {
            if (!prepared) {
                process.close();
            }
        }
    }

    /**
     * Gives a waiting guest what is specific to this machine.
     *
     * @param root the images of the disk to mount, as soon as they are known; null for none
     * @param host what the guest learns about the host
     * @param atMost how long the guest may take, not counting the time until the disk is known
     * @throws CrossbuildException when the guest works, but cannot mount the disk
     * @throws VirtualMachineException when the guest does not work
     */
    static Guest greet(QemuProcess process, @Nullable Future<List<Path>> root, HostFacts host, Duration atMost)
            throws CrossbuildException, InterruptedException {
        boolean greeted = false;
        try {
            GuestPorts ports = new GuestPorts(process);
            byte[] entropy = new byte[ENTROPY_BYTES];
            RANDOM.nextBytes(entropy);
            Deadline deadline = Deadline.after(atMost);
            ports.tell("entropy", PrintfText.octal(entropy), deadline);
            ports.tell("time", Long.toString(Clock.systemUTC().instant().getEpochSecond()), deadline);
            AttachedDisk disk = root == null ? null : mount(process, ports, root);
            deadline = Deadline.after(atMost);
            host.tell(ports, process.onExit(), deadline);
            if (disk != null) {
                awaitMount(ports, disk.spec().image(), deadline);
            }
            greeted = true;
            return new VirtualGuest(process, ports, disk);
        } catch (IOException | ExecutionException e) {
            throw process.failure("Virtual machine did not get ready", e);
        } finally {
            if (!greeted) {
                process.close();
            }
        }
    }

    private static void awaitMount(GuestPorts ports, Path image, Deadline deadline)
            throws CrossbuildException, IOException, InterruptedException {
        String answer = ports.hear(deadline);
        if (!answer.equals("mounted")) {
            throw new CrossbuildException(
                    "Mounting '" + image + "' in the guest failed: it answered '" + answer + "' (expected 'mounted')",
                    AdviceKey.REINSTALL_ENVIRONMENT.advice());
        }
    }

    private static AttachedDisk mount(QemuProcess process, GuestPorts ports, Future<List<Path>> root)
            throws VirtualMachineException, IOException, InterruptedException, ExecutionException {
        // The supplier of the disk has its own deadlines, and interrupts this thread when it gives up.
        AttachedDisk disk = process.plug(GuestDisks.root(root.get()), Deadline.after(MOUNT));
        ports.tell("mount", disk.spec().name(), Deadline.after(MOUNT));
        return disk;
    }
}
