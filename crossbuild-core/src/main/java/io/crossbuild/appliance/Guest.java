// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.net.HttpProxy;
import io.crossbuild.net.TrustedCertificates;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.AttachedDisk;
import io.crossbuild.qemu.DiskSpec;
import io.crossbuild.qemu.MessagePort;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.ssh.CommandResult;
import io.crossbuild.ssh.OutputSink;
import io.crossbuild.ssh.SshException;
import io.crossbuild.ssh.SshSession;
import io.crossbuild.ssh.UserTerminal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A running appliance. Its scripts in {@code /crossbuild} do what a caller wants done to the environment's disk.
 *
 * <p>For one thread at a time.
 */
public final class Guest implements AutoCloseable {
    /** Beside a root disk and one of inputs. */
    public static final int MAX_CACHES = 6;

    /** The host in QEMU's user network. */
    private static final String HOST = "10.0.2.2";

    private static final byte[] NO_INPUT = {};
    private static final Duration CONTROL = Duration.ofMinutes(2);
    /** Longer than anybody sits before a shell. */
    private static final Duration SITTING = Duration.ofDays(7);

    private static final Duration POWER_OFF = Duration.ofSeconds(20);

    private final QemuProcess machine;
    private final MessagePort port;
    private final SshSession ssh;
    private final @Nullable AttachedDisk root;

    /** @param root what it mounts from the beginning, if anything */
    Guest(QemuProcess machine, MessagePort port, SshSession ssh, @Nullable AttachedDisk root) {
        this.machine = machine;
        this.port = port;
        this.ssh = ssh;
        this.root = root;
    }

    /** Plugs a disk in; scripts know it by its name. */
    public AttachedDisk plug(DiskSpec disk) throws VirtualMachineException, InterruptedException {
        return machine.plug(disk, Deadline.after(CONTROL));
    }

    /**
     * Lets what runs in the environment trust whom the host's JVM trusts, and reach what the host reaches. No file of the
     * environment shows it.
     *
     * @param proxy that leads out of the host's network, if there is one
     */
    void trustAsTheHost(@Nullable HttpProxy proxy) throws VirtualMachineException, InterruptedException {
        control(
                "Handing the host's certificates to the guest",
                "cat >/run/host-certificates.pem" + (proxy == null ? "" : proxyCommand(proxy)),
                TrustedCertificates.pem(),
                CONTROL);
    }

    /** Leaves the variables that name the proxy where steps are started. */
    private static String proxyCommand(HttpProxy proxy) {
        return proxy.variables(HOST).entrySet().stream()
                .map(variable -> SshSession.quote(variable.getKey() + "=" + variable.getValue()))
                .collect(Collectors.joining(" ", " && printf '%s\\n' ", " >/run/proxy"));
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
                "Mounting the cache of '" + directory + "'",
                "/crossbuild/mount-cache " + disk,
                directory.getBytes(StandardCharsets.UTF_8),
                CONTROL);
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
        control("Freezing the disk", "/crossbuild/settle-root && fsfreeze --freeze /mnt", CONTROL);
        try {
            disk.snapshot(overlay, Deadline.after(CONTROL));
        } finally {
            control("Thawing the disk", "fsfreeze --unfreeze /mnt", CONTROL);
        }
    }

    /** Writes a small file of the appliance's own. */
    public void write(String path, byte[] content) throws VirtualMachineException, InterruptedException {
        try {
            ssh.put(path, content, 0644, Deadline.after(CONTROL));
        } catch (IOException e) {
            throw machine.failure("Writing '" + path + "' in the guest failed", e);
        }
    }

    /**
     * Runs a command line in the appliance.
     *
     * @return its exit status
     * @throws VirtualMachineException when the machine ends or stops answering
     * @throws SshException with reason TIMEOUT when the command does not end in time
     */
    public int exec(String command, byte[] input, OutputSink out, OutputSink err, Deadline deadline)
            throws VirtualMachineException, SshException, InterruptedException {
        try {
            return ssh.exec(command, input, out, err, deadline);
        } catch (SshException e) {
            if (e.reason() == SshException.Reason.TIMED_OUT && machine.isAlive()) {
                throw e;
            }
            throw machine.failure("The virtual machine was lost while a command ran", e);
        } catch (IOException e) {
            throw machine.failure("A command in the guest failed", e);
        }
    }

    /**
     * Runs a command line in the appliance that a person talks to.
     *
     * @return its exit status
     * @throws VirtualMachineException when the machine ends or stops answering
     */
    public int interact(String command, UserTerminal terminal) throws VirtualMachineException, InterruptedException {
        try {
            return ssh.interact(command, terminal, Deadline.after(SITTING));
        } catch (IOException e) {
            throw machine.failure("The virtual machine was lost while a shell was open", e);
        }
    }

    /** Runs a command line in the appliance that must succeed, and gives what it printed. */
    public String control(String what, String command, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        return control(what, command, NO_INPUT, atMost);
    }

    private String control(String what, String command, byte[] input, Duration atMost)
            throws VirtualMachineException, InterruptedException {
        try {
            CommandResult result = ssh.run(command, input, Deadline.after(atMost));
            if (result.status() == 0) {
                return result.out();
            }
            throw new IOException(
                    result.err().isBlank()
                            ? "status " + result.status()
                            : result.err().strip());
        } catch (IOException e) {
            throw machine.failure(what + " failed", e);
        }
    }

    /** The id of the process that runs the machine. */
    public long pid() {
        return machine.pid();
    }

    /** Powers the machine off in order; its disks must be unmounted. */
    public void powerOff() throws InterruptedException {
        ssh.close();
        Deadline deadline = Deadline.after(POWER_OFF);
        try {
            port.writeLine("poweroff", deadline);
        } catch (IOException e) {
            // Closing the port below tells the guest the same.
        }
        machine.powerDown(deadline);
    }

    /** Ends the machine at once if it still runs. */
    @Override
    public void close() {
        ssh.close();
        machine.close();
    }
}
