// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.Deadline;
import io.crossbuild.qmp.QmpClient;
import io.crossbuild.qmp.QmpEvents;
import io.crossbuild.qmp.QmpException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.jspecify.annotations.Nullable;

/** A disk that is plugged into a running machine. For one thread at a time. */
public final class AttachedDisk {
    private final QemuProcess machine;
    private final DiskSpec spec;
    private final String slot;
    /** The block nodes created here, the topmost first. */
    private final Deque<String> nodes = new ConcurrentLinkedDeque<>();

    private volatile Path image;
    private int overlays;

    AttachedDisk(QemuProcess machine, DiskSpec spec, String slot) {
        this.machine = machine;
        this.spec = spec;
        this.slot = slot;
        this.image = spec.image();
    }

    public DiskSpec spec() {
        return spec;
    }

    /** The file to which the guest writes now. */
    public Path image() {
        return image;
    }

    /** Whether one of its images is the block node with that name. */
    boolean hasNode(String name) {
        return nodes.contains(name);
    }

    /** The name of the disk's port. */
    String slot() {
        return slot;
    }

    /**
     * From now on the guest writes to {@code overlay}; the previous file is never written again. For the guest the
     * change is atomic: call this while its file system is frozen.
     *
     * @param overlay an existing, empty qcow2 file whose header names the current image as its backing file
     */
    public void snapshot(Path overlay, Deadline deadline) throws VirtualMachineException, InterruptedException {
        machine.control("Snapshot of disk '" + spec.name() + "'", qmp -> {
            overlays++;
            String node = "node-" + spec.name() + "-" + overlays;
            // The current node becomes its backing node; until then it has none.
            qmp.execute("blockdev-add", options(node, DiskFormat.QCOW2, List.of(overlay)), deadline);
            executeOrDelete(
                    qmp, "blockdev-snapshot", Map.of("node", nodes.getFirst(), "overlay", node), node, deadline);
            nodes.addFirst(node);
        });
        image = overlay;
    }

    void plug(QmpClient qmp, Deadline deadline) throws IOException, InterruptedException {
        String node = "node-" + spec.name();
        qmp.execute("blockdev-add", options(node, spec.format(), spec.images()), deadline);
        Map<String, String> device = new LinkedHashMap<>();
        device.put("driver", "virtio-blk-pci");
        device.put("id", spec.name());
        device.put("drive", node);
        device.put("serial", spec.name());
        device.put("bus", slot);
        if (!spec.readOnly()) {
            // The guest never sees a write that failed on the host: DiskWatch ends the machine.
            device.put("werror", "stop");
        }
        executeOrDelete(qmp, "device_add", device, node, deadline);
        nodes.addFirst(node);
    }

    void unplug(QmpClient qmp, Deadline deadline) throws IOException, InterruptedException {
        try (QmpEvents events = qmp.subscribe("DEVICE_DELETED")) {
            qmp.execute("device_del", Map.of("id", spec.name()), deadline);
            events.await(e -> e.text("device").equals(spec.name()), deadline);
        }
        while (!nodes.isEmpty()) {
            qmp.execute("blockdev-del", Map.of("node-name", nodes.getFirst()), deadline);
            nodes.removeFirst();
        }
    }

    private static void executeOrDelete(
            QmpClient qmp, String command, Map<String, ?> arguments, String node, Deadline deadline)
            throws IOException, InterruptedException {
        try {
            qmp.execute(command, arguments, deadline);
        } catch (QmpException e) {
            qmp.execute("blockdev-del", Map.of("node-name", node), deadline);
            throw e;
        }
    }

    /**
     * Flushes can be skipped if the image is discarded unless the machine ends in order: an image torn by a power
     * failure is never used.
     */
    private Map<String, @Nullable Object> options(String node, DiskFormat format, List<Path> images)
            throws IOException {
        int top = images.size() - 1;
        Map<String, @Nullable Object> options = image(format, images.get(top), spec.readOnly());
        options.put("node-name", node);
        options.put("cache", Map.of("direct", false, "no-flush", !spec.outlivesMachine()));
        options.put("discard", "unmap");
        options.put("detect-zeroes", "off");
        if (format == DiskFormat.QCOW2) {
            options.put("backing", backing(images.subList(0, top)));
        }
        return options;
    }

    /**
     * The images below one. Otherwise QEMU would open what their headers name: any file of the host if one of them was
     * changed; and in a long chain the names, each relative to the one before, exceed PATH_MAX.
     */
    private @Nullable Map<String, @Nullable Object> backing(List<Path> images) throws IOException {
        Map<String, @Nullable Object> lower = null;
        for (Path image : images) {
            Map<String, @Nullable Object> options = image(DiskFormat.QCOW2, image, true);
            options.put("backing", lower);
            lower = options;
        }
        return lower;
    }

    private Map<String, @Nullable Object> image(DiskFormat format, Path file, boolean readOnly) throws IOException {
        Map<String, @Nullable Object> options = new LinkedHashMap<>();
        options.put("driver", format.qemuName());
        options.put("read-only", readOnly);
        options.put("file", Map.of("driver", "file", "filename", machine.names().require(file), "aio", "threads"));
        return options;
    }
}
