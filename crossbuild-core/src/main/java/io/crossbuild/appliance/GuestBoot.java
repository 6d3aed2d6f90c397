// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.net.HttpProxy;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.Accelerator;
import io.crossbuild.qemu.AttachedDisk;
import io.crossbuild.qemu.DiskSpec;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.MessagePort;
import io.crossbuild.qemu.Qemu;
import io.crossbuild.qemu.QemuBinary;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.ssh.SshSession;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Boots an appliance. The guest says "ready" on the message port; the host answers with the time, entropy and the keys of
 * this one machine; the guest then starts its SSH server and says "listening". Nobody has to try whether SSH answers yet.
 */
final class GuestBoot {
    private static final String PORT = "crossbuild";
    private static final Duration MOUNT = Duration.ofMinutes(2);
    private static final int ENTROPY_BYTES = 64;
    private static final int DISK_SLOTS = 2 + Guest.MAX_CACHES;
    private static final SecureRandom RANDOM = new SecureRandom();

    private GuestBoot() {}

    static MachineSpec machine(Appliance appliance, Accelerator accelerator, VmOptions options) {
        // A clock that is checked against another one makes no sense under emulation; a panic ends the machine.
        String append = "console=" + appliance.architecture().serialConsole()
                + " loglevel=5 panic=-1 tsc=reliable no_timer_check rcupdate.rcu_expedited=1";
        return new MachineSpec(
                appliance.architecture(),
                accelerator,
                options.memoryBytes(),
                options.cpus(),
                appliance.kernel(),
                appliance.initramfs(),
                append,
                List.of(PORT),
                DISK_SLOTS,
                true,
                false);
    }

    /** Boots a machine up to the point where the guest waits for the host's word. */
    static QemuProcess boot(QemuBinary qemu, MachineSpec machine, Path logDirectory, Deadline deadline)
            throws VirtualMachineException, IOException, InterruptedException {
        return start(qemu, machine, logDirectory, deadline, process -> expect(process.port(PORT), "ready", deadline));
    }

    /** Starts a machine with the saved state of a guest that waits for the host's word. */
    static QemuProcess restore(QemuBinary qemu, MachineSpec machine, Path state, Path logDirectory, Deadline deadline)
            throws VirtualMachineException, IOException, InterruptedException {
        return start(
                qemu,
                machine.withIncoming(true),
                logDirectory,
                deadline,
                process -> process.restoreState(state, deadline));
    }

    private interface Preparation {
        void prepare(QemuProcess process) throws VirtualMachineException, IOException, InterruptedException;
    }

    private static QemuProcess start(
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
     * Gives a guest that waits what makes it this one machine's, and connects to it.
     *
     * @param root the disk to mount, as soon as it is known; null for none
     * @param atMost how long the guest may take, the time until the disk is known left out
     */
    static Guest greet(
            QemuProcess process,
            CompletableFuture<GuestKeys> prepared,
            @Nullable Future<DiskSpec> root,
            @Nullable HttpProxy proxy,
            Duration atMost)
            throws VirtualMachineException, InterruptedException {
        boolean greeted = false;
        try {
            MessagePort port = process.port(PORT);
            GuestKeys keys = prepared.join();
            handOver(port, keys, Deadline.after(atMost));
            // The guest finds the disk and mounts it while the host connects.
            AttachedDisk disk = root == null ? null : mount(process, port, root);
            Deadline deadline = Deadline.after(atMost);
            expect(port, "listening", deadline);
            SshSession ssh =
                    SshSession.connect(process.sshPort(), "root", keys.host().publicKey(), keys.client(), deadline);
            Guest guest = new Guest(process, port, ssh, disk);
            if (disk != null) {
                guest.trustAsTheHost(proxy);
                expect(port, "mounted", Deadline.after(MOUNT));
            }
            greeted = true;
            return guest;
        } catch (IOException | ExecutionException e) {
            throw process.failure("Virtual machine did not get ready", e);
        } finally {
            if (!greeted) {
                process.close();
            }
        }
    }

    private static void handOver(MessagePort port, GuestKeys keys, Deadline deadline)
            throws IOException, InterruptedException {
        byte[] entropy = new byte[ENTROPY_BYTES];
        RANDOM.nextBytes(entropy);
        port.writeLine("entropy " + octal(entropy), deadline);
        port.writeLine("hostkey " + octal(keys.host().dropbearHostKey()), deadline);
        port.writeLine("client " + keys.client().publicKey().openSshLine(), deadline);
        port.writeLine("go " + Clock.systemUTC().instant().getEpochSecond(), deadline);
    }

    private static AttachedDisk mount(QemuProcess process, MessagePort port, Future<DiskSpec> root)
            throws VirtualMachineException, IOException, InterruptedException, ExecutionException {
        // Whoever gives the disk has deadlines of his own, and ends this thread when he gives up.
        AttachedDisk disk = process.plug(root.get(), Deadline.after(MOUNT));
        port.writeLine("mount " + disk.spec().name(), Deadline.after(MOUNT));
        return disk;
    }

    /** As printf(1) takes bytes. */
    private static String octal(byte[] bytes) {
        StringBuilder text = new StringBuilder(4 * bytes.length);
        for (byte b : bytes) {
            text.append('\\').append((char) ('0' + (b >> 6 & 3)));
            text.append((char) ('0' + (b >> 3 & 7))).append((char) ('0' + (b & 7)));
        }
        return text.toString();
    }

    private static void expect(MessagePort port, String word, Deadline deadline)
            throws IOException, InterruptedException {
        String line = port.readLine(deadline);
        if (!line.equals(word) && !line.startsWith(word + " ")) {
            throw new IOException("the guest said '" + line + "' (expected '" + word + "')");
        }
    }
}
