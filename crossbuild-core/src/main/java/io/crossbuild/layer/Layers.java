// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.environment.Environment;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.StepReason;
import io.crossbuild.event.Warning;
import io.crossbuild.io.Excerpt;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The layers of one environment in a store. Each run of a step has a directory of its own, so that the base of a build
 * never changes; of several runs of a step the last one counts. Not safe for use by several threads.
 */
public final class Layers {
    private static final Logger LOG = LoggerFactory.getLogger(Layers.class);

    private final Store store;
    private final LayerBase.OfEnvironment environment;
    private final BuildListener listener;
    private final SealCheck seals;
    private final Set<Path> damaged = new HashSet<>();
    /** Checked once is enough: nothing changes a published layer. */
    private final Set<Path> sound = new HashSet<>();

    /** @param listener receives one event for each damaged layer */
    public Layers(Store store, Environment environment, BuildListener listener) {
        this.store = store;
        this.seals = new SealCheck(store);
        this.environment = new LayerBase.OfEnvironment(environment);
        this.listener = listener;
    }

    /**
     * The last layer with a key that is based on {@code below}, or on a refreshed index on top of that, if the layer
     * and everything below it exist.
     */
    public Optional<Layer> find(String key, LayerBase below) throws CrossbuildException, InterruptedException {
        List<LayerMetadata> newestFirst = allMetadata(key + "-").stream()
                .sorted(Comparator.comparingLong(LayerMetadata::madeMillis).reversed())
                .toList();
        for (LayerMetadata metadata : newestFirst) {
            Optional<Layer> layer = whole(metadata);
            if (layer.isPresent()
                    && isBasedOn(layer.get(), below)
                    && chain(layer.get()).isPresent()) {
                return layer;
            }
        }
        return Optional.empty();
    }

    private boolean isBasedOn(Layer layer, LayerBase below) throws CrossbuildException, InterruptedException {
        Layer.Parent wanted = below.asParent();
        return layer.parent().equals(wanted)
                || parent(layer)
                        .filter(between ->
                                between instanceof Layer l && l.parent().equals(wanted))
                        .isPresent();
    }

    /**
     * The environment and the layers of a disk, from the environment upward; empty when one of the layers is missing or
     * damaged.
     */
    public Optional<List<LayerBase>> chain(LayerBase top) throws CrossbuildException, InterruptedException {
        Deque<LayerBase> chain = new ArrayDeque<>();
        LayerBase at = top;
        while (at instanceof Layer layer) {
            chain.addFirst(layer);
            Optional<? extends LayerBase> below = parent(layer);
            if (below.isEmpty()) {
                return Optional.empty();
            }
            at = below.get();
        }
        chain.addFirst(at);
        return Optional.of(List.copyOf(chain));
    }

    /** The base of a layer, unless it is missing or was made again. */
    private Optional<? extends LayerBase> parent(Layer layer) throws CrossbuildException, InterruptedException {
        Layer.Parent parent = layer.parent();
        if (parent.environment()) {
            return Optional.of(environment).filter(e -> e.asParent().equals(parent));
        }
        Optional<LayerMetadata> metadata =
                store.find(Store.Kind.LAYER, name(parent.key(), parent.id())).flatMap(Layers::metadata);
        return metadata.isPresent() ? whole(metadata.get()) : Optional.empty();
    }

    /**
     * Publishes a layer: its image is moved into the store. It replaces layers with the same key, which are removed,
     * except those on which another build is based now.
     *
     * @param below the base on which its step ran, ignoring a refreshed index
     * @param made the result of the step
     * @param replaces whether to publish it even if there is a layer with that key
     * @return false when another build has published that key first; the image then stays where it is
     */
    boolean publish(Layer layer, LayerBase below, StepResult made, boolean replaces)
            throws CrossbuildException, InterruptedException {
        if (!replaces && find(layer.key(), below).isPresent()) {
            return false;
        }
        List<String> before = names(layer.key() + "-");
        store.publish(Store.Kind.LAYER, name(layer.key(), layer.id()), directory -> {
            Path disk = directory.resolve(LayerMetadata.DISK_FILE);
            PatientFiles.move(layer.disk(), disk);
            if (layer.trace().isPresent()) {
                layer.trace().get().write(directory, layer.id());
            }
            LayerMetadata.of(layer, System.currentTimeMillis(), made).write(directory);
        });
        for (String name : before) {
            boolean unused = store.removeUnlessHeld(Store.Kind.LAYER, name, Instant.MAX);
        }
        return true;
    }

    /** The path of a layer's image after it is published. */
    Path diskOf(String key, String id) {
        return store.path(Store.Kind.LAYER, name(key, id)).resolve(LayerMetadata.DISK_FILE);
    }

    /** Why the store has no layer for a step on {@code below}. */
    public StepReason whyMissing(String key, String text, Map<String, String> inputs, LayerBase below)
            throws CrossbuildException, InterruptedException {
        if (damaged.stream()
                .anyMatch(directory -> directory.getFileName().toString().startsWith(key + "-"))) {
            return StepReason.Plain.LAYER_DAMAGED;
        }
        List<LayerMetadata> all = allMetadata("");
        if (all.stream().anyMatch(metadata -> metadata.parent().key().equals(key))) {
            return StepReason.Plain.LAYER_GONE;
        }
        for (LayerMetadata metadata : all) {
            if (metadata.text().equals(text) && isBasedOn(metadata.layer(directory(metadata)), below)) {
                Optional<String> changed = changedInput(inputs, metadata.inputs());
                if (changed.isPresent()) {
                    return new StepReason.InputChanged(changed.get());
                }
            }
        }
        return StepReason.Plain.NOT_BUILT_BEFORE;
    }

    /** The first input with different content; empty when the inputs themselves differ. */
    private static Optional<String> changedInput(Map<String, String> now, Map<String, String> before) {
        return now.keySet().equals(before.keySet())
                ? now.entrySet().stream()
                        .filter(input -> !input.getValue().equals(before.get(input.getKey())))
                        .map(Map.Entry::getKey)
                        .findFirst()
                : Optional.empty();
    }

    private List<String> names(String prefix) throws CrossbuildException {
        return store.keys(Store.Kind.LAYER).stream()
                .filter(name -> name.startsWith(prefix) && name.contains("-"))
                .toList();
    }

    private List<LayerMetadata> allMetadata(String prefix) throws CrossbuildException {
        List<LayerMetadata> all = new ArrayList<>();
        for (String name : names(prefix)) {
            Path directory = store.path(Store.Kind.LAYER, name);
            Optional<LayerMetadata> metadata = Layers.metadata(directory);
            metadata.ifPresent(all::add);
            // A layer that was not requested may be from another version.
            if (metadata.isEmpty() && !prefix.isEmpty()) {
                reportDamaged(directory, new Warning.LayerUnreadable(LayerMetadata.file(directory)));
            }
        }
        return all;
    }

    private static Optional<LayerMetadata> metadata(Path directory) {
        String name = directory.getFileName().toString();
        try {
            LayerMetadata metadata = LayerMetadata.read(directory);
            if (name.equals(name(metadata.key(), metadata.id()))) {
                return Optional.of(metadata);
            }
        } catch (IOException e) {
            LOG.debug("no layer in '{}'", directory, e);
        }
        return Optional.empty();
    }

    private void reportDamaged(Path directory, Warning warning) {
        // If it is completely gone, another build has just removed it.
        if (Files.exists(directory) && damaged.add(directory)) {
            listener.onEvent(warning);
        }
    }

    /** The layer that metadata describes, unless it is damaged, which is reported. */
    private Optional<Layer> whole(LayerMetadata metadata) throws CrossbuildException, InterruptedException {
        Path directory = directory(metadata);
        Layer layer = metadata.layer(directory);
        Optional<String> damage = sound.contains(directory) ? Optional.empty() : seals.damage(directory);
        if (damage.isEmpty() && metadata.traced()) {
            try {
                layer = layer.withTrace(StepTrace.read(directory, layer.id()));
            } catch (IOException e) {
                damage = Optional.of("'" + StepTrace.file(directory) + "' cannot be read: " + e.getMessage());
            }
        }
        if (damage.isEmpty()) {
            sound.add(directory);
            return Optional.of(layer);
        }
        reportDamaged(directory, new Warning.LayerDamaged(Excerpt.firstLine(metadata.text()), damage.get()));
        return Optional.empty();
    }

    private Path directory(LayerMetadata metadata) {
        return store.path(Store.Kind.LAYER, name(metadata.key(), metadata.id()));
    }

    private static String name(String key, String id) {
        return key + "-" + id;
    }
}
