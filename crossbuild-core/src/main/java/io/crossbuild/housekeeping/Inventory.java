// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.housekeeping;

import io.crossbuild.appliance.Appliances;
import io.crossbuild.environment.Environment;
import io.crossbuild.environment.Environments;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.PathLock;
import io.crossbuild.layer.StoredCache;
import io.crossbuild.layer.StoredLayer;
import io.crossbuild.spec.StoreItem;
import io.crossbuild.store.Store;
import io.crossbuild.store.StoredDownload;
import io.crossbuild.store.StoredEntry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lists everything in a store. */
public final class Inventory {
    private final Store store;

    public Inventory(Store store) {
        this.store = store;
    }

    /** Everything, by category; each file of the downloads is one item. */
    public List<StoreItem> list() throws CrossbuildException, IOException, InterruptedException {
        List<StoreItem> items = new ArrayList<>(environments());
        for (LayerEntry layer : layers()) {
            items.add(layer.item());
        }
        for (StoredEntry cache : store.entries(Store.Kind.CACHE)) {
            items.add(cache(cache));
        }
        for (StoredEntry state : store.entries(Store.Kind.STATE)) {
            items.add(item(StoreItem.Category.STATE, state, state.key(), true));
        }
        for (StoredEntry appliance : store.entries(Store.Kind.APPLIANCE)) {
            boolean current = Appliances.isCurrent(appliance.key());
            items.add(item(StoreItem.Category.APPLIANCE, appliance, appliance.key(), current));
        }
        for (StoredEntry qemu : store.entries(Store.Kind.QEMU)) {
            items.add(item(StoreItem.Category.QEMU, qemu, qemu.key(), true));
        }
        for (StoredDownload download : store.downloads().list()) {
            items.add(item(download));
        }
        return List.copyOf(items);
    }

    private StoreItem cache(StoredEntry entry) throws CrossbuildException {
        Optional<PathLock> lock = StoredCache.take(store, entry.key());
        lock.ifPresent(PathLock::close);
        // A cache without a scope was shared by all projects: no build uses it any more.
        Optional<String> text = StoredCache.text(entry.path());
        return new StoreItem(
                StoreItem.Category.CACHE,
                text.orElse(entry.key()),
                entry.path(),
                entry.bytes(),
                entry.lastUsed(),
                lock.isEmpty(),
                text.isPresent());
    }

    static StoreItem item(StoredDownload download) {
        return new StoreItem(
                StoreItem.Category.DOWNLOAD,
                download.path().getFileName().toString(),
                download.path(),
                download.bytes(),
                download.lastUsed(),
                false,
                true);
    }

    private List<StoreItem> environments() throws CrossbuildException, InterruptedException {
        Map<String, Environment> readable = new HashMap<>();
        new Environments(store).list().forEach(environment -> readable.put(environment.key(), environment));
        List<StoreItem> items = new ArrayList<>();
        for (StoredEntry entry : store.entries(Store.Kind.ENVIRONMENT)) {
            Environment environment = readable.get(entry.key());
            String name = environment == null ? entry.key() : environment.spec().text();
            items.add(item(StoreItem.Category.ENVIRONMENT, entry, name, environment != null));
        }
        return items;
    }

    /** A layer as an item, with its base. */
    record LayerEntry(StoredLayer layer, StoreItem item) {}

    List<LayerEntry> layers() throws CrossbuildException, InterruptedException {
        Map<String, StoredEntry> entries = new HashMap<>();
        store.entries(Store.Kind.LAYER).forEach(entry -> entries.put(entry.key(), entry));
        List<LayerEntry> layers = new ArrayList<>();
        for (StoredLayer layer : StoredLayer.list(store)) {
            StoredEntry entry = entries.get(layer.name());
            if (entry != null) {
                String name = layer.text().isEmpty() ? layer.name() : layer.text();
                layers.add(new LayerEntry(layer, item(StoreItem.Category.LAYER, entry, name, layer.isUsable())));
            }
        }
        return layers;
    }

    static StoreItem item(StoreItem.Category category, StoredEntry entry, String name, boolean usable) {
        return new StoreItem(category, name, entry.path(), entry.bytes(), entry.lastUsed(), entry.held(), usable);
    }
}
