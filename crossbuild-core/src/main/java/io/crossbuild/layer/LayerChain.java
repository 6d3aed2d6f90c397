// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.disk.qcow2.Qcow2Header;
import io.crossbuild.disk.qcow2.Qcow2Writer;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.HostOs;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/** The images of a disk while a running machine adds layers at its top. */
public final class LayerChain {
    /** Windows does not move a file that QEMU has open: there all layers are published when the machine has ended. */
    private static final boolean PUBLISHES_OPEN_IMAGES = HostOs.current() != HostOs.WINDOWS;

    private record Written(Layer layer, LayerBase below, StepResult made, boolean replaces) {}

    private final Store store;
    private final Layers layers;
    private final BuildDirectory directory;
    private final List<Path> images;
    private final List<String> ids;
    private final List<Path> held;
    private final Deque<Written> unpublished = new ArrayDeque<>();
    private final long diskSizeBytes;
    private LayerBase top;
    private LayerBase ground;
    private String id = newId();
    /** Not yet complete, the one of the present step first. */
    private final Deque<Path> open = new ArrayDeque<>();

    private long overlaySizeBytes;
    private int count;
    private boolean publishing = true;

    /**
     * @param base what the first new layer lies on
     * @param ground what the next step's key is derived from; the base unless that is a refreshed index
     * @param directory for images that are not published yet; it holds those that are
     */
    public LayerChain(Store store, Layers layers, LayerBase base, LayerBase ground, BuildDirectory directory)
            throws CrossbuildException, IOException {
        this.store = store;
        this.layers = layers;
        this.top = base;
        this.ground = ground;
        this.directory = directory;
        List<LayerBase> chain = layers.chain(base)
                .orElseThrow(() -> new CrossbuildException("Layer '" + base.key() + "' lost what it lies on"));
        this.images = new ArrayList<>(chain.stream().map(LayerBase::disk).toList());
        this.ids = new ArrayList<>(chain.stream().map(LayerBase::id).toList());
        this.held = new ArrayList<>(images.stream().map(Path::getParent).toList());
        this.diskSizeBytes = Qcow2Header.read(base.disk()).virtualSizeBytes();
    }

    /** What the next step begins with. */
    public StepState state() {
        return top.state();
    }

    /** The key that the next step's key is derived from. */
    public String groundKey() {
        return ground.key();
    }

    /** All images, from the environment's up. */
    public List<Path> images() {
        return List.copyOf(images);
    }

    /** The ids of the environment and of all complete layers, in the order of the images. */
    public List<String> ids() {
        return List.copyOf(ids);
    }

    /**
     * A new image for the first step.
     *
     * @param atLeastBytes the size of the disk, unless it is larger already
     */
    public Path begin(long atLeastBytes) throws IOException {
        overlaySizeBytes = Math.max(atLeastBytes, diskSizeBytes);
        return overlay(top.disk());
    }

    /** A new image for the step after the one of {@code key}, which is to be completed next. */
    public Path next(String key) throws IOException {
        return overlay(layers.diskOf(key, id));
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    /**
     * The backing file's name is relative: it holds before and after the overlay is published, as both places are two
     * levels below the store's home.
     */
    private Path overlay(Path backing) throws IOException {
        Path image = directory.path().resolve("disk-" + count++ + ".qcow2");
        String name = "../../" + store.home().relativize(backing).toString().replace('\\', '/');
        Qcow2Writer.createOverlay(image, overlaySizeBytes, name, "qcow2");
        images.add(image);
        open.add(image);
        return image;
    }

    /**
     * The image that was the open one holds a layer now.
     *
     * @param implied whether it is a refreshed index, which is no step of the build file
     * @param replaces see {@link Layers#publish}
     */
    public void complete(String key, boolean implied, String release, StepResult result, boolean replaces)
            throws CrossbuildException, IOException, InterruptedException {
        Path image = open.remove();
        Layer layer = new Layer(key, id, top.asParent(), release, result.after(), result.took(), image);
        unpublished.add(new Written(layer, ground, result, replaces));
        ids.add(id);
        id = newId();
        top = layer;
        ground = implied ? ground : layer;
        if (PUBLISHES_OPEN_IMAGES) {
            publish();
        }
    }

    /** Publishes what is complete. Once another build was faster with a step, the rest stays private to this one. */
    public void publish() throws CrossbuildException, IOException, InterruptedException {
        while (publishing && !unpublished.isEmpty()) {
            Written written = unpublished.remove();
            Layer layer = written.layer();
            Path place = layers.diskOf(layer.key(), layer.id());
            held.add(place.getParent());
            // Before it is there: no other build shall replace it as long as this one lies on it.
            directory.hold(held);
            publishing = layers.publish(layer, written.below(), written.made(), written.replaces());
            if (publishing) {
                images.set(images.indexOf(layer.disk()), place);
            }
        }
    }
}
