// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.environment.Environment;
import io.crossbuild.environment.Environments;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A layer in the store, independent of any build.
 *
 * @param name of its directory
 * @param text the step's text; empty for a layer whose metadata cannot be read
 * @param parent the name of the layer or the key of the environment on which it is based; null when that is missing or
 *     was made again, or when the layer's own metadata cannot be read: then no build can use the layer any more
 * @param onEnvironment whether the parent is an environment
 */
public record StoredLayer(
        String name, String text, @Nullable String parent, boolean onEnvironment) {

    /** Whether a build can still be based on it. */
    public boolean isUsable() {
        return parent != null;
    }

    /** The image of one run of a step; empty when it is missing or damaged. */
    public static Optional<Path> image(Store store, String id) throws CrossbuildException, InterruptedException {
        for (String name : store.keys(Store.Kind.LAYER)) {
            if (name.endsWith("-" + id)) {
                Optional<Path> directory = store.find(Store.Kind.LAYER, name);
                boolean sound = directory.isPresent()
                        && new SealCheck(store).damage(directory.get()).isEmpty();
                return sound ? directory.map(found -> found.resolve(LayerMetadata.DISK_FILE)) : Optional.empty();
            }
        }
        return Optional.empty();
    }

    /** All layers of a store, sorted by name. A layer based on an unusable layer is unusable too. */
    public static List<StoredLayer> list(Store store) throws CrossbuildException {
        Map<String, String> environments = new HashMap<>();
        for (Environment environment : new Environments(store).list()) {
            environments.put(environment.key(), environment.id());
        }
        Map<String, StoredLayer> layers = new HashMap<>();
        List<String> names = store.keys(Store.Kind.LAYER);
        for (String name : names) {
            layers.put(name, of(store, name, environments));
        }
        return names.stream()
                .map(name -> withUsableBase(layers, layers.get(name)))
                .toList();
    }

    private static StoredLayer of(Store store, String name, Map<String, String> environments) {
        Optional<LayerMetadata> metadata = store.find(Store.Kind.LAYER, name).flatMap(directory -> {
            try {
                return Optional.of(LayerMetadata.read(directory));
            } catch (IOException e) {
                // From another version, or damaged.
                return Optional.empty();
            }
        });
        if (metadata.isEmpty()) {
            return new StoredLayer(name, "", null, false);
        }
        Layer.Parent parent = metadata.get().parent();
        boolean gone = parent.environment() && !parent.id().equals(environments.get(parent.key()));
        String below = parent.environment() ? parent.key() : parent.key() + "-" + parent.id();
        return new StoredLayer(name, metadata.get().text(), gone ? null : below, parent.environment());
    }

    private static StoredLayer withUsableBase(Map<String, StoredLayer> layers, @Nullable StoredLayer layer) {
        if (layer == null) {
            throw new IllegalStateException("a name without its layer");
        }
        Set<String> seen = new HashSet<>();
        StoredLayer at = layer;
        while (at != null && at.isUsable() && !at.onEnvironment() && seen.add(at.name())) {
            at = layers.get(at.parent());
        }
        boolean usable = at != null && at.isUsable() && at.onEnvironment();
        return usable ? layer : new StoredLayer(layer.name(), layer.text(), null, layer.onEnvironment());
    }
}
