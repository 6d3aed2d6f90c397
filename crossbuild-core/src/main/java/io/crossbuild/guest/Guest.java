// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.io.BoundedSink;
import io.crossbuild.io.OutputSink;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.AttachedDisk;
import io.crossbuild.qemu.DiskSpec;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.ssh.SshSession;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A running appliance. Its scripts in {@code /crossbuild} do what a caller wants done to the environment's disk.
 *
 * <p>For one thread at a time.
 */
public final class Guest implements AutoCloseable {
    /** Beside a root disk and one of inputs. */
    public static final int MAX_CACHES = 6;

    private static final int SSH_PORT = 22;
    private static final long MAX_RESULT_BYTES = 4 << 20;
    private static final Duration CONTROL = Duration.ofMinutes(2);
    /** Longer than anybody sits before a shell. */
    private static final Duration SITTING = Duration.ofDays(7);

    private final QemuProcess machine;
    private final GuestPorts ports;
    private final @Nullable AttachedDisk root;

    /** @param root what it mounts from the beginning, if anything */
    Guest(QemuProcess machine, GuestPorts ports, @Nullable AttachedDisk root) {
        this.machine = machine;
        this.ports = ports;
        this.root = root;
    }

    /** Plugs a disk in; scripts know it by its name. */
    public AttachedDisk plug(DiskSpec disk) throws VirtualMachineException, InterruptedException {
        return machine.plug(disk, Deadline.after(CONTROL));
    }

    /** Makes a file system on a blank disk, mounts it, and unpacks the tar archive that another disk is. */
    public void makeRoot(String disk, String archive, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        control("Unpacking the environment", "/crossbuild/make-root " + disk + " " + archive, atMost);
    }

    /**
     * Shows a disk of its own in the place of a directory, to all that is run from now on. A disk that holds no file
     * system gets one, and what the environment has in the directory.
     *
     * @param directory an absolute path in the environment
     * @return whether the disk held none
     */
    public boolean mountCache(String disk, String directory) throws VirtualMachineException, InterruptedException {
        String printed = control(
                "Mounting the cache of '" + directory + "'", "/crossbuild/mount-cache " + disk, directory, CONTROL);
        return printed.strip().equals("made");
    }

    /** Lets go of the disks of caches; their images are complete then. */
    public void unmountCaches(Duration atMost) throws VirtualMachineException, InterruptedException {
        control("Unmounting the caches", "/crossbuild/unmount-caches", atMost);
    }

    /** Lets go of the disk that is mounted; its image is complete then. */
    public void unmountRoot() throws VirtualMachineException, InterruptedException {
        control("Unmounting the disk", "/crossbuild/unmount-root", CONTROL);
    }

    /**
     * Takes the state of the mounted disk into a layer: from now on the guest writes to {@code overlay}, and what it
     * wrote to before is complete.
     */
    public void snapshot(Path overlay) throws VirtualMachineException, InterruptedException {
        AttachedDisk disk = Objects.requireNonNull(root);
        control("Freezing the disk", "/crossbuild/freeze-root", CONTROL);
        try {
            disk.snapshot(overlay, Deadline.after(CONTROL));
        } finally {
            control("Thawing the disk", "fsfreeze --unfreeze /mnt", CONTROL);
        }
    }

    /** Writes a small file of the appliance's own. */
    public void write(String path, String content) throws VirtualMachineException, InterruptedException {
        control("Writing '" + path + "' in the guest", "/crossbuild/write " + path, content, CONTROL);
    }

    /**
     * Runs a command in the appliance.
     *
     * @return its exit status
     * @throws VirtualMachineException when the machine ends or stops answering
     * @throws TimeoutException when the command does not end in time; it was killed, and the guest can run others
     */
    public int exec(GuestCommand command, Deadline deadline)
            throws VirtualMachineException, TimeoutException, InterruptedException {
        try {
            return ports.run(command, deadline);
        } catch (IOException e) {
            throw machine.failure("The virtual machine was lost while a command ran", e);
        }
    }

    /**
     * Runs a command in the appliance that a person talks to, over SSH, as a terminal needs more than pipes.
     *
     * @return its exit status
     * @throws VirtualMachineException when the machine ends or stops answering
     */
    public int interact(String command, UserTerminal terminal) throws VirtualMachineException, InterruptedException {
        try (SshSession ssh = connect()) {
            return ssh.interact(command, terminal, Deadline.after(SITTING));
        } catch (IOException e) {
            throw machine.failure("The virtual machine was lost while a shell was open", e);
        }
    }

    private SshSession connect() throws VirtualMachineException, IOException, InterruptedException {
        GuestKeys keys = GuestKeys.generate();
        Deadline deadline = Deadline.after(CONTROL);
        ports.tell("hostkey", PrintfText.octal(keys.host().dropbearHostKey()), deadline);
        ports.tell("client", keys.client().publicKey().openSshLine(), deadline);
        ports.tell("ssh", "", deadline);
        ports.expect("listening", deadline);
        int port = machine.forward(SSH_PORT, deadline);
        return SshSession.connect(port, "root", keys.host().publicKey(), keys.client(), deadline);
    }

    /** Runs a simple command in the appliance that must succeed, and gives what it printed: at most 4 MiB. */
    public String control(String what, String command, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        return control(what, command, "", atMost);
    }

    private String control(String what, String command, String input, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        BoundedSink out = new BoundedSink(MAX_RESULT_BYTES);
        BoundedSink err = new BoundedSink(MAX_RESULT_BYTES);
        try {
            int status = ports.run(new GuestCommand(command, input, out, err, OutputSink.NONE), Deadline.after(atMost));
            if (status == 0) {
                return text(out);
            }
            String said = text(err).strip();
            throw new IOException(said.isEmpty() ? "status " + status : said);
        } catch (IOException | TimeoutException e) {
            throw machine.failure(what + " failed", e);
        }
    }

    private static String text(BoundedSink sink) {
        return new String(sink.bytes(), StandardCharsets.UTF_8);
    }

    /** The id of the process that runs the machine. */
    public long pid() {
        return machine.pid();
    }

    /**
     * Ends the machine; its disks must be unmounted. Nothing else in the guest is worth the time of its shutdown.
     *
     * @throws VirtualMachineException when what was written to the disks may not be in their images
     */
    public void end() throws VirtualMachineException, InterruptedException {
        machine.quit();
    }

    /** Ends the machine at once if it still runs. */
    @Override
    public void close() {
        machine.close();
    }
}
