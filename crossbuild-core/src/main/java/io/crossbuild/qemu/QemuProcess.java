// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.ChildProcess;
import io.crossbuild.process.Deadline;
import io.crossbuild.qmp.QmpClient;
import io.crossbuild.qmp.QmpException;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running machine. It dies with this JVM, and all calls that wait for it end at once when it dies.
 *
 * <p>Plugging and unplugging are for one thread at a time; everything else is safe for several threads.
 */
public final class QemuProcess implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QemuProcess.class);
    private static final Duration QUIT_TIME = Duration.ofSeconds(10);
    private static final Duration BREAK_TIME = Duration.ofMillis(300);

    private final MachineSpec spec;
    private final ChildProcess child;
    private final QmpClient qmp;
    private final Map<String, MessagePort> ports = new HashMap<>();
    private final List<SocketChannel> frames;
    private final Deque<String> freeSlots = new ArrayDeque<>();
    private final MachineLogs logs;
    private final DiskWatch disks;
    private final GrowthWatch growth;
    private final FileNames names;

    QemuProcess(
            MachineSpec spec,
            ChildProcess child,
            QmpClient qmp,
            List<MessagePort> ports,
            List<SocketChannel> frames,
            MachineLogs logs,
            FileNames names) {
        this.names = names;
        this.spec = spec;
        this.child = child;
        this.qmp = qmp;
        ports.forEach(p -> this.ports.put(p.name(), p));
        this.frames = List.copyOf(frames);
        for (int i = 0; i < spec.diskSlots(); i++) {
            freeSlots.add(QemuCommandLine.SLOT_PREFIX + i);
        }
        this.logs = logs;
        this.disks = DiskWatch.begin(qmp, child);
        this.growth = new GrowthWatch(child, logs.serial());
    }

    public MachineSpec spec() {
        return spec;
    }

    /**
     * Ends the machine from now on when the guest fills the host's disk: {@link #failure} then says so.
     *
     * @param maxLogBytes how large the log of the serial port may become
     * @param maxCacheBytes how large the images of all disks together may become that outlive the machine
     */
    public void limit(long maxLogBytes, long maxCacheBytes) {
        growth.begin(maxLogBytes, maxCacheBytes);
    }

    /** The process that runs the machine, or the guard that watches over it. */
    public long pid() {
        return child.pid();
    }

    public boolean isAlive() {
        return child.isAlive();
    }

    /** Completes with QEMU's exit status when the machine has ended for any reason. */
    public CompletableFuture<Integer> onExit() {
        return child.onExit();
    }

    /**
     * QEMU's monitor, for tasks for which this class has no method. It fails with a plain IOException when the machine
     * ends.
     */
    public QmpClient qmp() {
        return qmp;
    }

    /**
     * Forwards a port of 127.0.0.1 to a port of the guest, from now until the machine ends. Only for machines with a
     * network.
     *
     * @return the port of the host, chosen by its kernel
     */
    public int forward(int guestPort, Deadline deadline) throws VirtualMachineException, InterruptedException {
        if (!spec.network()) {
            throw new IllegalStateException("the machine has no network");
        }
        int[] port = new int[1];
        control("Forwarding a port to the guest", q -> port[0] = PortForward.add(q, guestPort, deadline));
        return port[0];
    }

    /** Takes the cable out of the guest's network card, or plugs it in. Only for machines with a network. */
    public void connectNetwork(boolean up, Deadline deadline) throws VirtualMachineException, InterruptedException {
        control(
                (up ? "Connecting" : "Cutting") + " the guest's network",
                q -> q.execute("set_link", Map.of("name", QemuCommandLine.NETWORK, "up", up), deadline));
    }

    /** The ends of {@link MachineSpec#filter()}, in the order of {@link FrameFilter}. They end with the machine. */
    public List<SocketChannel> frames() {
        return frames;
    }

    /** The port with that name in {@link MachineSpec#messagePorts()}. */
    public MessagePort port(String name) {
        MessagePort port = ports.get(name);
        if (port == null) {
            throw new IllegalArgumentException("the machine has no port '" + name + "'");
        }
        return port;
    }

    /** How QEMU is told the names of files. */
    FileNames names() {
        return names;
    }

    /** The log of the guest's serial port. */
    public Path serialLog() {
        return logs.serial();
    }

    /**
     * Plugs in a disk. The guest sees it a little later.
     *
     * @throws VirtualMachineException when QEMU cannot open the image, all slots are taken, or the machine ended
     */
    public AttachedDisk plug(DiskSpec disk, Deadline deadline) throws VirtualMachineException, InterruptedException {
        String slot = freeSlots.poll();
        if (slot == null) {
            throw new IllegalStateException("all " + spec.diskSlots() + " slots for disks are taken");
        }
        AttachedDisk attached = new AttachedDisk(this, disk, slot);
        disks.add(attached);
        boolean plugged = false;
        try {
            control("Plugging in disk '" + disk.name() + "' of '" + disk.image() + "'", q -> {
                attached.plug(q, deadline);
            });
            plugged = true;
            if (disk.outlivesMachine()) {
                growth.addCache(disk.image());
            }
        } finally {
            if (!plugged) {
                freeSlots.addFirst(slot);
            }
        }
        return attached;
    }

    /**
     * Takes out a disk, once the guest has released it, and closes its image files. The guest must cooperate: it is
     * asked, and answers.
     */
    public void unplug(AttachedDisk disk, Deadline deadline) throws VirtualMachineException, InterruptedException {
        control("Taking out disk '" + disk.spec().name() + "'", q -> {
            disk.unplug(q, deadline);
        });
        freeSlots.add(disk.slot());
    }

    /**
     * Writes the state of the machine's devices to a file, and also its memory, unless that is in a {@linkplain
     * MemoryFile file}. Meanwhile the machine is stopped; afterwards it continues if its memory is not in a file. No
     * disk may be plugged in, since it would change without the saved state.
     *
     * @throws VirtualMachineException when QEMU cannot, for example without {@link QemuBinary#savesState()}
     */
    public void saveState(Path file, Deadline deadline) throws VirtualMachineException, InterruptedException {
        control(
                "Saving the machine's state to '" + file + "'",
                q -> StateTransfer.save(q, names.require(file), spec.memory() != null, deadline));
    }

    /**
     * Lets an {@link MachineSpec#incoming() incoming} machine continue from a saved state.
     *
     * @param file from the same build of QEMU and the same machine, except for its disks
     */
    public void restoreState(Path file, Deadline deadline) throws VirtualMachineException, InterruptedException {
        control(
                "Restoring the machine's state from '" + file + "'",
                q -> StateTransfer.restore(q, names.require(file), spec.memory() != null, deadline));
    }

    /** An action over the monitor. */
    @FunctionalInterface
    interface MonitorAction {
        void run(QmpClient qmp) throws IOException, InterruptedException;
    }

    void control(String what, MonitorAction action) throws VirtualMachineException, InterruptedException {
        try {
            action.run(qmp);
        } catch (IOException e) {
            throw failure(what + " failed", e);
        }
    }

    /**
     * The exception for a failure of something that needs the machine: it says whether the machine still runs or how it
     * ended, and shows its last output. If the host could not write the guest's changes to a disk, or the guest made a
     * file of the host too large, it says that.
     *
     * @param what such as "Step 3 failed"
     */
    public VirtualMachineException failure(String what, Throwable cause) {
        Optional<DiskWatch.Failure> disk = disks.failure();
        if (disk.isPresent()) {
            return disk.get().exception(what, cause);
        }
        Optional<GrowthWatch.Failure> grown = growth.failure();
        if (grown.isPresent()) {
            return grown.get().exception(what, cause);
        }
        // A machine that refuses something is alive.
        Integer status = cause instanceof QmpException ? null : exitStatusSoon();
        String found = status == null ? describe(cause) : "QEMU ended with status " + status;
        return logs.failure(what + ": " + found, cause);
    }

    /** A connection to QEMU breaks before its process is gone: the guest's memory is released in between. */
    private @Nullable Integer exitStatusSoon() {
        try {
            Integer status = exitStatusWithin(BREAK_TIME);
            return status == null && !qmp.isConnected() ? exitStatusWithin(QUIT_TIME) : status;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private @Nullable Integer exitStatusWithin(Duration time) throws InterruptedException {
        try {
            return child.waitFor(Deadline.after(time));
        } catch (TimeoutException e) {
            return null;
        }
    }

    private static String describe(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }

    /**
     * Ends the machine without asking the guest: what it has released is in the images, what it holds in memory is
     * lost.
     *
     * @throws VirtualMachineException when QEMU does not end by itself and in order; then no image that it wrote may be
     *     used
     */
    public void quit() throws VirtualMachineException, InterruptedException {
        quit(QUIT_TIME);
    }

    void quit(Duration atMost) throws VirtualMachineException, InterruptedException {
        Deadline deadline = Deadline.after(atMost);
        try {
            qmp.execute("quit", deadline);
        } catch (IOException e) {
            // It may close the connection before it answers: only the way it ends counts.
            LOG.debug("QEMU did not answer 'quit'", e);
        }
        try {
            int status = child.waitFor(deadline);
            if (status != 0) {
                throw logs.failure("Ending the machine failed: QEMU ended with status " + status, null);
            }
        } catch (TimeoutException e) {
            throw logs.failure("Ending the machine failed: QEMU did not end within " + deadline, e);
        } finally {
            close();
        }
    }

    /** Kills the machine if it still runs. */
    @Override
    public void close() {
        child.close();
        qmp.close();
        disks.close();
        growth.close();
        new ArrayList<>(ports.values()).forEach(MessagePort::close);
        frames.forEach(QemuProcess::close);
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed nevertheless.
        }
    }
}
