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
 * Watches QEMU's reports about its image files. When a write fails on the host, QEMU stops the machine ({@code werror}
 * of {@link AttachedDisk}), and everything in it would wait until there is room. Instead the machine is ended: all
 * waiting calls end at once, and {@link QemuProcess#failure} tells them why.
 *
 * <p>A failed read is left to the guest: it may have requested something that is missing in a damaged image.
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
                    what, found, trouble.orElse(DiskTrouble.BROKEN).adviceForStore(), null, cause);
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

    /** Makes failures of a disk known by its path. */
    void add(AttachedDisk disk) {
        disks.put(disk.spec().name(), disk);
    }

    /** The failure that ended the machine, if there was one. */
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

    /**
     * The device is named as in {@code /machine/peripheral/root/virtio-backend}; before 9.2 QEMU only names its node.
     */
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
