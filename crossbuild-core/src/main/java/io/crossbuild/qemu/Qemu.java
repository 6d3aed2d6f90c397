// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.process.CallbackSocket;
import io.crossbuild.process.ChildCommand;
import io.crossbuild.process.ChildProcess;
import io.crossbuild.process.Deadline;
import io.crossbuild.process.SocketDirectory;
import io.crossbuild.qmp.QmpClient;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts machines. */
public final class Qemu {
    private static final Logger LOG = LoggerFactory.getLogger(Qemu.class);

    /** What QEMU prints. */
    public static final String LOG_FILE = "qemu.log";
    /** What the guest's kernel prints. */
    public static final String SERIAL_LOG_FILE = "serial.log";

    private Qemu() {}

    /** Like the other method, with the sockets in a temporary directory that only this user can enter. */
    public static QemuProcess start(QemuBinary qemu, MachineSpec spec, Path logDirectory, Deadline deadline)
            throws VirtualMachineException, IOException, InterruptedException {
        Path sockets;
        try {
            sockets = SocketDirectory.make();
        } catch (IOException e) {
            throw noSockets(Path.of(System.getProperty("java.io.tmpdir")), e);
        }
        try {
            return start(qemu, spec, logDirectory, sockets, deadline);
        } finally {
            PatientFiles.deleteIfExists(sockets);
        }
    }

    /** The last line that QEMU had printed when a machine failed; empty if it had printed nothing. */
    public static String lastLine(VirtualMachineException failure) {
        return MachineLogs.lastLine(String.valueOf(failure.getMessage()));
    }

    private static VirtualMachineException noSockets(Path directory, IOException e) {
        return new VirtualMachineException(
                "Cannot make a socket in '" + directory + "': " + DiskTrouble.reason(e),
                AdviceKey.SOCKET_DIRECTORY.advice(),
                null,
                e);
    }

    /**
     * Starts a machine and waits until its monitor answers. The guest then runs, unless the machine is an incoming one.
     *
     * @param logDirectory an existing directory for {@link #LOG_FILE} and {@link #SERIAL_LOG_FILE}
     * @param socketDirectory an existing directory with a short path that is closed to other users; nothing stays in it
     * @throws VirtualMachineException when QEMU does not start by the deadline
     */
    public static QemuProcess start(
            QemuBinary qemu, MachineSpec spec, Path logDirectory, Path socketDirectory, Deadline deadline)
            throws VirtualMachineException, IOException, InterruptedException {
        Path serialLog = logDirectory.resolve(SERIAL_LOG_FILE);
        PatientFiles.deleteIfExists(serialLog);
        List<AutoCloseable> opened = new ArrayList<>();
        boolean started = false;
        try (Listeners listeners = listen(socketDirectory, spec)) {
            MachineFiles files = new MachineFiles(
                    serialLog, listeners.monitor().path(), listeners.portPaths(), listeners.framePaths());
            checkNames(qemu, spec, files);
            List<String> argv = QemuCommandLine.of(qemu, spec, files);
            LOG.debug("starting {}", argv);
            ChildProcess child =
                    ChildProcess.start(new ChildCommand(argv, qemu.env(), logDirectory.resolve(LOG_FILE), qemu.home()));
            opened.add(child);
            MachineLogs logs = new MachineLogs(child, serialLog);
            try {
                QemuProcess process = connect(qemu, spec, child, listeners, logs, opened, deadline);
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

    /** QEMU's own message would have the name that it cannot read. */
    private static void checkNames(QemuBinary qemu, MachineSpec spec, MachineFiles files)
            throws VirtualMachineException {
        List<Path> all = new ArrayList<>(List.of(spec.kernel(), files.serialLog(), files.qmpSocket()));
        all.addAll(files.portSockets());
        all.addAll(files.frameSockets());
        FileNames names = FileNames.of(qemu);
        for (Path path : all) {
            Optional<String> problem = names.problem(path);
            if (problem.isPresent()) {
                throw new VirtualMachineException(
                        "Virtual machine did not start: QEMU cannot open '" + path + "': " + problem.get(),
                        AdviceKey.SHORT_ASCII_PATHS.advice(),
                        null,
                        null);
            }
        }
    }

    private static Listeners listen(Path directory, MachineSpec spec) throws VirtualMachineException {
        try {
            return Listeners.bind(directory, spec);
        } catch (IOException e) {
            throw noSockets(directory, e);
        }
    }

    private static QemuProcess connect(
            QemuBinary qemu,
            MachineSpec spec,
            ChildProcess child,
            Listeners listeners,
            MachineLogs logs,
            List<AutoCloseable> opened,
            Deadline deadline)
            throws IOException, InterruptedException {
        CompletableFuture<Integer> exit = child.onExit();
        // QEMU opens its character devices in the order of its arguments.
        var monitor = listeners.monitor().accept(exit, deadline);
        opened.add(monitor);
        List<MessagePort> ports = new ArrayList<>();
        for (int i = 0; i < listeners.ports().size(); i++) {
            var channel = listeners.ports().get(i).accept(exit, deadline);
            opened.add(channel);
            ports.add(MessagePort.of(spec.messagePorts().get(i), channel));
        }
        List<SocketChannel> frames = new ArrayList<>();
        for (CallbackSocket end : listeners.frames()) {
            frames.add(end.accept(exit, deadline));
            opened.add(frames.get(frames.size() - 1));
        }
        QmpClient qmp = QmpClient.open(monitor, deadline);
        opened.add(qmp);
        return new QemuProcess(spec, child, qmp, ports, frames, logs, FileNames.of(qemu));
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
