// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.HostDiskException;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.process.ChildProcess;
import io.crossbuild.process.Deadline;
import io.crossbuild.qmp.QmpClient;
import io.crossbuild.qmp.QmpEvent;
import io.crossbuild.qmp.QmpEvents;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches what QEMU tells of its image files. When the host does not take a write, QEMU stops the machine ({@code werror} of
 * {@link AttachedDisk}), and all in it would wait until there is room. Instead the machine is ended: then all who wait for
 * it learn of it at once, and {@link QemuProcess#failure} tells them why.
 *
 * <p>A read that fails is the guest's to handle: it may have asked for what a damaged image does not hold.
 */
final class DiskWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskWatch.class);
    private static final String EVENT = "BLOCK_IO_ERROR";
    /** Longer than any machine runs; the watch ends with the connection. */
    private static final Duration ALWAYS = Duration.ofDays(365);

    private final Map<String, AttachedDisk> disks = new ConcurrentHashMap<>();
    private final QmpEvents events;
    private final ChildProcess child;
    private volatile @Nullable Failure failure;

    /** @param path the image that could not be written, if it is known */
    record Failure(@Nullable Path path, String reason) {
        HostDiskException exception(String what, Throwable cause) {
            Optional<DiskTrouble> trouble = DiskTrouble.in(reason);
            String thing = path == null ? "an image of the machine" : "'" + path + "'";
            String words = trouble.orElse(DiskTrouble.BROKEN).words();
            boolean full = trouble.filter(t -> t == DiskTrouble.FULL || t == DiskTrouble.QUOTA)
                    .isPresent();
            String found = full
                    ? words + ": " + thing + " cannot grow (" + reason + ")"
                    : words + ": " + thing + " cannot be written (" + reason + ")";
            return new HostDiskException(
                    what, found, trouble.orElse(DiskTrouble.BROKEN).hintForStore(), null, cause);
        }
    }

    private DiskWatch(QmpEvents events, ChildProcess child) {
        this.events = events;
        this.child = child;
    }

    static DiskWatch begin(QmpClient qmp, ChildProcess child) {
        DiskWatch watch = new DiskWatch(qmp.subscribe(EVENT), child);
        Thread thread = new Thread(watch::run, "crossbuild-disks-" + child.pid());
        thread.setDaemon(true);
        thread.start();
        return watch;
    }

    /** Events name the disk. */
    void add(AttachedDisk disk) {
        disks.put(disk.spec().name(), disk);
    }

    /** What ended the machine, if it was this. */
    Optional<Failure> failure() {
        return Optional.ofNullable(failure);
    }

    private void run() {
        try {
            QmpEvent event = events.await(e -> e.text("operation").equals("write"), Deadline.after(ALWAYS));
            failure = failureOf(event);
            LOG.debug("ending the machine: {}", event);
            child.kill();
        } catch (IOException e) {
            LOG.debug("the machine has ended: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The device is told as in {@code /machine/peripheral/root/virtio-backend}, by QEMU of before 9.2 by its node only. */
    private Failure failureOf(QmpEvent event) {
        String place = event.text("qom-path") + "/" + event.text("device") + "/";
        String node = event.text("node-name");
        Path path = disks.values().stream()
                .filter(disk -> place.contains("/" + disk.spec().name() + "/") || disk.hasNode(node))
                .map(AttachedDisk::image)
                .findFirst()
                .orElse(null);
        String reason = event.text("reason");
        boolean full = event.data().path("nospace").asBoolean();
        return new Failure(path, full && reason.isEmpty() ? "No space left on device" : reason);
    }

    @Override
    public void close() {
        events.close();
    }
}
