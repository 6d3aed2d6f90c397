// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.environment.Environment;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.StepReason;
import io.crossbuild.event.Warning;
import io.crossbuild.io.Excerpt;
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
 * The layers in a store, above one environment. Each run of a step has a directory of its own, so that what a build lies
 * on never changes below it; of several runs of a step the last one counts. For one thread at a time.
 */
public final class Layers {
    private static final Logger LOG = LoggerFactory.getLogger(Layers.class);

    private final Store store;
    private final LayerBase.OfEnvironment environment;
    private final BuildListener listener;
    private final Set<Path> damaged = new HashSet<>();

    /** @param listener is told of each damaged layer once */
    public Layers(Store store, Environment environment, BuildListener listener) {
        this.store = store;
        this.environment = new LayerBase.OfEnvironment(environment);
        this.listener = listener;
    }

    /**
     * The last layer of a key that lies on {@code below}, or on a refreshed index on top of that, if it is there with all
     * that it lies on.
     */
    public Optional<Layer> find(String key, LayerBase below) throws CrossbuildException {
        return allMetadata(key + "-").stream()
                .sorted(Comparator.comparingLong(LayerMetadata::madeMillis).reversed())
                .map(this::whole)
                .flatMap(Optional::stream)
                .filter(layer -> isBasedOn(layer, below) && chain(layer).isPresent())
                .findFirst();
    }

    private boolean isBasedOn(Layer layer, LayerBase below) {
        Layer.Parent wanted = below.asParent();
        return layer.parent().equals(wanted)
                || parent(layer)
                        .filter(between ->
                                between instanceof Layer l && l.parent().equals(wanted))
                        .isPresent();
    }

    /** What makes up a disk, from the environment up; empty when one of the layers is gone or damaged. */
    public Optional<List<LayerBase>> chain(LayerBase top) {
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

    /** What a layer lies on, unless it is gone or was made again. */
    private Optional<? extends LayerBase> parent(Layer layer) {
        Layer.Parent parent = layer.parent();
        return parent.environment()
                ? Optional.of(environment).filter(e -> e.asParent().equals(parent))
                : store.find(Store.Kind.LAYER, name(parent.key(), parent.id()))
                        .flatMap(Layers::metadata)
                        .flatMap(this::whole);
    }

    /**
     * Publishes a layer: its image is moved into the store. Layers of the same key that it takes the place of are removed,
     * but for those that another build lies on now.
     *
     * @param below what its step was run on, apart from a refreshed index
     * @param made what came of the step
     * @param replaces whether it counts even if there is a layer of that key
     * @return false when another build published that key first: then the image stays where it is
     */
    boolean publish(Layer layer, LayerBase below, StepResult made, boolean replaces)
            throws CrossbuildException, InterruptedException {
        if (!replaces && find(layer.key(), below).isPresent()) {
            return false;
        }
        List<String> before = names(layer.key() + "-");
        store.publish(Store.Kind.LAYER, name(layer.key(), layer.id()), directory -> {
            Path disk = directory.resolve(LayerMetadata.DISK_FILE);
            Files.move(layer.disk(), disk);
            LayerMetadata.of(layer, System.currentTimeMillis(), made, DiskSeal.of(disk))
                    .write(directory);
        });
        for (String name : before) {
            boolean unused = store.removeUnlessHeld(Store.Kind.LAYER, name, Instant.MAX);
        }
        return true;
    }

    /** Where the image of a layer lies once it is published. */
    Path diskOf(String key, String id) {
        return store.path(Store.Kind.LAYER, name(key, id)).resolve(LayerMetadata.DISK_FILE);
    }

    /** Why the store has no layer of a step that is to be run on {@code below}. */
    public StepReason whyMissing(String key, String text, Map<String, String> inputs, LayerBase below)
            throws CrossbuildException {
        if (damaged.stream()
                .anyMatch(directory -> directory.getFileName().toString().startsWith(key + "-"))) {
            return StepReason.Plain.LAYER_DAMAGED;
        }
        List<LayerMetadata> all = allMetadata("");
        if (all.stream().anyMatch(metadata -> metadata.parent().key().equals(key))) {
            return StepReason.Plain.LAYER_GONE;
        }
        return all.stream()
                .filter(metadata -> metadata.text().equals(text))
                .filter(metadata -> isBasedOn(metadata.layer(directory(metadata)), below))
                .flatMap(metadata -> changedInput(inputs, metadata.inputs()).stream())
                .findFirst()
                .<StepReason>map(StepReason.InputChanged::new)
                .orElse(StepReason.Plain.NOT_BUILT_BEFORE);
    }

    /** The first input that brings other content than before; only where all else is alike. */
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
            // One that nobody asks for may be of another version.
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
        // One that is gone as a whole was removed by another build just now.
        if (Files.exists(directory) && damaged.add(directory)) {
            listener.onEvent(warning);
        }
    }

    /** The layer of a metadata unless its image is damaged, which is said. */
    private Optional<Layer> whole(LayerMetadata metadata) {
        Path directory = directory(metadata);
        Layer layer = metadata.layer(directory);
        Optional<String> damage;
        try {
            damage = metadata.disk().damage(layer.disk());
        } catch (IOException e) {
            damage = Optional.of("'" + layer.disk() + "' cannot be read: " + e.getMessage());
        }
        if (damage.isEmpty()) {
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
