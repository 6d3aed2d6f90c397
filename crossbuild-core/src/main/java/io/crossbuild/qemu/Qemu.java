// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.ChildCommand;
import io.crossbuild.process.ChildProcess;
import io.crossbuild.process.Deadline;
import io.crossbuild.qmp.QmpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts machines. */
public final class Qemu {
    private static final Logger LOG = LoggerFactory.getLogger(Qemu.class);

    /** A line of the monitor's "info usernet", such as {@code TCP[HOST_FORWARD]  8  127.0.0.1 40793  10.0.2.15  22  0  0}. */
    private static final Pattern FORWARD =
            Pattern.compile("TCP\\[HOST_FORWARD\\]\\s+\\d+\\s+127\\.0\\.0\\.1\\s+(\\d+)\\s+\\S+\\s+22\\s");

    private Qemu() {}

    /** As the other, with the sockets in a temporary directory. */
    public static QemuProcess start(QemuBinary qemu, MachineSpec spec, Path logDirectory, Deadline deadline)
            throws VirtualMachineException, IOException, InterruptedException {
        Path sockets = Files.createTempDirectory("cb");
        try {
            return start(qemu, spec, logDirectory, sockets, deadline);
        } finally {
            Files.deleteIfExists(sockets);
        }
    }

    /**
     * Starts a machine and waits until its monitor answers. The guest runs then, unless the machine is an incoming one.
     *
     * @param logDirectory an existing directory that qemu.log and serial.log are written to
     * @param socketDirectory an existing directory with a short path that is closed to other users; nothing is left in it
     * @throws VirtualMachineException when QEMU does not start by the deadline
     */
    public static QemuProcess start(
            QemuBinary qemu, MachineSpec spec, Path logDirectory, Path socketDirectory, Deadline deadline)
            throws VirtualMachineException, IOException, InterruptedException {
        Path serialLog = logDirectory.resolve("serial.log");
        Files.deleteIfExists(serialLog);
        List<AutoCloseable> opened = new ArrayList<>();
        boolean started = false;
        try (Listeners listeners = Listeners.bind(socketDirectory, spec.messagePorts())) {
            MachineFiles files = new MachineFiles(serialLog, listeners.monitor().path(), listeners.portPaths());
            List<String> argv = QemuCommandLine.of(qemu, spec, files);
            LOG.debug("starting {}", argv);
            ChildProcess child =
                    ChildProcess.start(new ChildCommand(argv, qemu.env(), logDirectory.resolve("qemu.log")));
            opened.add(child);
            MachineLogs logs = new MachineLogs(child, serialLog);
            try {
                QemuProcess process = connect(spec, child, listeners, logs, opened, deadline);
                started = true;
                return process;
            } catch (IOException e) {
                throw startFailure(child, logs, e);
            }
        } finally {
            if (!started) {
                closeAll(opened);
            }
        }
    }

    private static QemuProcess connect(
            MachineSpec spec,
            ChildProcess child,
            Listeners listeners,
            MachineLogs logs,
            List<AutoCloseable> opened,
            Deadline deadline)
            throws IOException, InterruptedException {
        CompletableFuture<Integer> end = child.onExit();
        // QEMU opens its character devices in the order of its arguments.
        var monitor = listeners.monitor().accept(end, deadline);
        opened.add(monitor);
        List<MessagePort> ports = new ArrayList<>();
        for (int i = 0; i < listeners.ports().size(); i++) {
            var channel = listeners.ports().get(i).accept(end, deadline);
            opened.add(channel);
            ports.add(MessagePort.of(spec.messagePorts().get(i), channel));
        }
        QmpClient qmp = QmpClient.open(monitor, deadline);
        opened.add(qmp);
        int sshPort = spec.network() ? forwardedPort(qmp.monitor("info usernet", deadline)) : 0;
        return new QemuProcess(spec, child, qmp, ports, logs, sshPort);
    }

    private static VirtualMachineException startFailure(ChildProcess child, MachineLogs logs, IOException cause)
            throws InterruptedException {
        String found = cause.getMessage() == null ? cause.toString() : cause.getMessage();
        try {
            int status = child.waitFor(Deadline.after(java.time.Duration.ofMillis(500)));
            found = "QEMU ended with status " + status;
        } catch (java.util.concurrent.TimeoutException e) {
            LOG.debug("QEMU still runs, but: {}", found);
        }
        return logs.failure("Virtual machine did not start: " + found, cause);
    }

    static int forwardedPort(String usernet) throws IOException {
        Matcher matcher = FORWARD.matcher(usernet);
        if (!matcher.find()) {
            throw new IOException("QEMU does not tell which port it forwards to the guest");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private static void closeAll(List<AutoCloseable> opened) {
        for (AutoCloseable resource : opened) {
            try {
                resource.close();
            } catch (Exception e) {
                LOG.debug("closing after a failed start", e);
            }
        }
    }
}
