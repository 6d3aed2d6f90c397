// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.disk.qcow2.Qcow2Header;
import io.crossbuild.disk.qcow2.Qcow2Writer;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** The images of a disk while a running machine adds layers at its top. */
final class LayerChain {
    /** Windows does not move a file that QEMU has open: there all layers are published when the machine has ended. */
    private static final boolean PUBLISHES_OPEN_IMAGES =
            !System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("windows");

    private record Written(Layer layer, String step) {}

    private final Store store;
    private final Layers layers;
    private final Path directory;
    private final List<Path> images;
    private final Deque<Written> unpublished = new ArrayDeque<>();
    private final long diskSizeBytes;
    private Base top;
    private String stepKey;
    /** Not yet complete, the one of the present step first. */
    private final Deque<Path> open = new ArrayDeque<>();

    private long overlaySizeBytes;
    private int count;
    private boolean publishing = true;

    /**
     * @param base what the first new layer lies on
     * @param stepKey the key that the next step's key is derived from; the base's unless that is a refreshed index
     * @param directory for images that are not published yet
     */
    LayerChain(Store store, Layers layers, Base base, String stepKey, Path directory)
            throws CrossbuildException, IOException {
        this.store = store;
        this.layers = layers;
        this.top = base;
        this.stepKey = stepKey;
        this.directory = directory;
        this.images = new ArrayList<>(layers.chain(base)
                .orElseThrow(() -> new CrossbuildException("Layer '" + base.key() + "' lost what it lies on")));
        this.diskSizeBytes = Qcow2Header.read(base.disk()).virtualSizeBytes();
    }

    /** What the next step begins with. */
    StepState state() {
        return top.state();
    }

    String stepKey() {
        return stepKey;
    }

    /** All images, from the environment's up. */
    List<Path> images() {
        return List.copyOf(images);
    }

    /**
     * A new image for the first step.
     *
     * @param atLeastBytes the size of the disk, unless it is larger already
     */
    Path begin(long atLeastBytes) throws IOException {
        overlaySizeBytes = Math.max(atLeastBytes, diskSizeBytes);
        return overlay(top.disk());
    }

    /** A new image for the step after the one of {@code key}, which is to be completed next. */
    Path next(String key) throws IOException {
        return overlay(layers.diskOf(key));
    }

    /**
     * The backing file's name is relative: it holds before and after the overlay is published, as both places are two
     * levels below the store's home.
     */
    private Path overlay(Path backing) throws IOException {
        Path image = directory.resolve("disk-" + count++ + ".qcow2");
        String name = "../../" + store.home().relativize(backing).toString().replace('\\', '/');
        Qcow2Writer.createOverlay(image, overlaySizeBytes, name, "qcow2");
        images.add(image);
        open.add(image);
        return image;
    }

    /** The image that was the open one holds a layer now. */
    void complete(String key, boolean implied, String release, StepState after, String step)
            throws CrossbuildException, InterruptedException {
        Path image = open.remove();
        Layer layer = new Layer(key, UUID.randomUUID().toString(), top.asParent(), release, after, image);
        unpublished.add(new Written(layer, step));
        top = layer;
        stepKey = implied ? stepKey : key;
        if (PUBLISHES_OPEN_IMAGES) {
            publish();
        }
    }

    /** Publishes what is complete. Once another build was faster with a step, the rest stays private to this one. */
    void publish() throws CrossbuildException, InterruptedException {
        while (!unpublished.isEmpty()) {
            Written written = unpublished.remove();
            Layer layer = written.layer();
            publishing = publishing && layers.publish(layer, written.step());
            if (publishing) {
                images.set(images.indexOf(layer.disk()), layers.diskOf(layer.key()));
            }
        }
    }
}
