// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.disk.qcow2.Qcow2Header;
import io.crossbuild.disk.qcow2.Qcow2Writer;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.HostOs;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The images of a disk while a running machine adds layers on top. */
public final class LayerChain {
    private record Written(Layer layer, LayerBase below, StepResult made, boolean replaces) {}

    private final Store store;
    private final Layers layers;
    private final BuildDirectory directory;
    private final TraceReader traces;
    private final List<Path> images;
    private final List<String> ids;
    private final List<Path> held;
    private final Deque<Written> unpublished = new ArrayDeque<>();
    private final long diskSizeBytes;
    /** Otherwise all layers are published after the machine has ended. */
    private final boolean publishesOpenImages = HostOs.current().movesOpenFiles();

    private LayerBase top;
    private LayerBase keyBase;
    private String id = newId();
    /** Images that are not yet complete, that of the present step first. */
    private final Deque<Path> open = new ArrayDeque<>();

    private long overlaySizeBytes;
    private int count;
    private boolean publishing = true;

    /**
     * @param base the base of the first new layer
     * @param keyBase the base from whose key the next step's key is derived; same as {@code base} unless that is a
     *     refreshed index
     * @param directory for images that are not yet published; it holds the published ones
     * @param traces finds out what a traced step read
     */
    public LayerChain(
            Store store, Layers layers, LayerBase base, LayerBase keyBase, BuildDirectory directory, TraceReader traces)
            throws CrossbuildException, IOException, InterruptedException {
        this.store = store;
        this.layers = layers;
        this.top = base;
        this.keyBase = keyBase;
        this.directory = directory;
        this.traces = traces;
        List<LayerBase> chain = layers.chain(base)
                .orElseThrow(() -> new CrossbuildException("Layer '" + base.key() + "' has lost its base"));
        this.images = new ArrayList<>(chain.stream().map(LayerBase::disk).toList());
        this.ids = new ArrayList<>(chain.stream().map(LayerBase::id).toList());
        this.held = new ArrayList<>(images.stream().map(Path::getParent).toList());
        this.diskSizeBytes = Qcow2Header.read(base.disk()).virtualSizeBytes();
    }

    /** The state with which the next step begins. */
    public StepState state() {
        return top.state();
    }

    /** The key from which the next step's key is derived. */
    public String baseKey() {
        return keyBase.key();
    }

    /** All images, from the environment's upward. */
    public List<Path> images() {
        return List.copyOf(images);
    }

    /** The ids of the environment and of all complete layers, in the order of the images. */
    public List<String> ids() {
        return List.copyOf(ids);
    }

    /**
     * Makes a new image for the first step.
     *
     * @param atLeastBytes the size of the disk, unless it is already larger, which the listener is told
     * @return all images
     */
    public List<Path> begin(long atLeastBytes, BuildListener listener) throws IOException {
        if (atLeastBytes < diskSizeBytes) {
            listener.onEvent(new BuildEvent.DiskSizeKept(atLeastBytes, diskSizeBytes));
        }
        overlaySizeBytes = Math.max(atLeastBytes, diskSizeBytes);
        overlay(top.disk());
        return images();
    }

    /** A new image for the step after that of {@code key}, which will be completed next. */
    public Path next(String key) throws IOException {
        return overlay(layers.diskOf(key, id));
    }

    /** The image that {@link #complete} will turn into a layer. */
    public Path written() {
        return open.element();
    }

    private static String newId() {
        return UUID.randomUUID().toString();
    }

    /**
     * The backing file's name is relative: it is valid before and after the overlay is published, since both places are
     * two levels below the store's home.
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
     * Turns the open image into a layer.
     *
     * @param implied whether it is a refreshed index, which is not a step of the build file
     * @param replaces see {@link Layers#publish}
     * @return what the step read, if it was traced
     */
    public Optional<StepTrace> complete(
            String key, boolean implied, String release, StepResult result, boolean replaces)
            throws CrossbuildException, IOException, InterruptedException {
        Path image = open.remove();
        Optional<StepTrace> trace = Optional.empty();
        if (result.accesses().isPresent()) {
            List<Path> disk = images.subList(0, images.indexOf(image) + 1);
            trace = Optional.of(new StepTrace(
                    traces.read(List.copyOf(disk), result.accesses().get())));
        }
        Layer layer = new Layer(key, id, top.asParent(), release, result.after(), result.took(), image, trace);
        unpublished.add(new Written(layer, keyBase, result, replaces));
        ids.add(id);
        id = newId();
        top = layer;
        keyBase = implied ? keyBase : layer;
        if (publishesOpenImages) {
            publish();
        }
        return trace;
    }

    /**
     * Publishes complete layers. Once another build has published the same step first, further layers stay private to
     * this build.
     */
    public void publish() throws CrossbuildException, IOException, InterruptedException {
        while (publishing && !unpublished.isEmpty()) {
            Written written = unpublished.remove();
            Layer layer = written.layer();
            Path place = layers.diskOf(layer.key(), layer.id());
            held.add(place.getParent());
            // Before it is published: no other build may replace it while this one is based on it.
            directory.hold(held);
            publishing = layers.publish(layer, written.below(), written.made(), written.replaces());
            if (publishing) {
                images.set(images.indexOf(layer.disk()), place);
            }
        }
    }
}
