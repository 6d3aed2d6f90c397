// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.environment.Environment;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The layers in a store, above one environment. */
final class Layers {
    private static final Logger LOG = LoggerFactory.getLogger(Layers.class);

    private final Store store;
    private final Environment environment;

    Layers(Store store, Environment environment) {
        this.store = store;
        this.environment = environment;
    }

    /** The layer of a key, if it is there with all that it lies on, down to the environment. */
    Optional<Layer> find(String key) {
        Optional<Layer> layer = read(key);
        return layer.isPresent() && chain(layer.get()).isPresent() ? layer : Optional.empty();
    }

    /** The images that make up a disk, from the environment's up; empty when one of them is gone or was made again. */
    Optional<List<Path>> chain(Base top) {
        Deque<Path> images = new ArrayDeque<>();
        Base at = top;
        while (at instanceof Layer layer) {
            images.addFirst(layer.disk());
            Layer.Parent parent = layer.parent();
            Optional<? extends Base> below = parent.environment() ? ofEnvironment() : read(parent.key());
            if (below.isEmpty() || !below.get().asParent().equals(parent) || !Files.exists(layer.disk())) {
                return Optional.empty();
            }
            at = below.get();
        }
        images.addFirst(at.disk());
        return Optional.of(List.copyOf(images));
    }

    /**
     * Publishes a layer: its image is moved into the store. A layer with the same key that cannot be used any more, for
     * what lies below it is gone, is replaced.
     *
     * @return false when another build published that key first: then the image stays where it is
     */
    boolean publish(Layer layer, String step) throws CrossbuildException, InterruptedException {
        if (find(layer.key()).isEmpty()) {
            store.remove(Store.Kind.LAYER, layer.key());
        }
        LayerNote note = new LayerNote(layer.id(), layer.parent(), layer.release(), layer.state(), step);
        store.publish(Store.Kind.LAYER, layer.key(), directory -> {
            Files.move(layer.disk(), directory.resolve(LayerNote.DISK_FILE));
            note.write(directory);
        });
        return read(layer.key()).filter(held -> held.id().equals(layer.id())).isPresent();
    }

    /** Where the image of a key lies once it is published. */
    Path diskOf(String key) {
        return store.path(Store.Kind.LAYER, key).resolve(LayerNote.DISK_FILE);
    }

    private Optional<Base> ofEnvironment() {
        return Optional.of(new Base.OfEnvironment(environment));
    }

    private Optional<Layer> read(String key) {
        Optional<Path> directory = store.find(Store.Kind.LAYER, key);
        if (directory.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(LayerNote.read(directory.get()));
        } catch (IOException e) {
            // Of another version, or damaged: it does not count, and is made again.
            LOG.debug("no layer in '{}'", directory.get(), e);
            return Optional.empty();
        }
    }
}
