// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.housekeeping;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.PathLock;
import io.crossbuild.layer.StoredCache;
import io.crossbuild.spec.PruneRequest;
import io.crossbuild.spec.StoreItem;
import io.crossbuild.store.Store;
import io.crossbuild.store.StoredDownload;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Removes things from a store: what no build can use any more, what has not been used for long, and layers beyond a
 * limit. The base of a running build stays, and so does the base of a layer that stays. Each thing is removed in one
 * rename, so that a killed process leaves it whole, or for the next process to sweep.
 */
public final class Prune {
    /** A grace period: not everything is held while it is used, so nothing is removed that was used a moment ago. */
    private static final Duration JUST_USED = Duration.ofHours(1);

    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Store store;
    private final Inventory inventory;
    private final PruneRequest request;
    private final Instant now;
    private final List<StoreItem> removed = new ArrayList<>();

    public Prune(Store store, PruneRequest request, Clock clock) {
        this.store = store;
        this.inventory = new Inventory(store);
        this.request = request;
        this.now = clock.instant();
    }

    /** Removes things, and returns what was removed; in a dry run, what would be removed. */
    public List<StoreItem> run() throws CrossbuildException, IOException, InterruptedException {
        Layers layers = new Layers(inventory.layers());
        layers.removeUnusable();
        layers.removeOld();
        layers.removeBeyondLimit();
        for (StoreItem item : inventory.list()) {
            switch (item.category()) {
                case ENVIRONMENT -> {
                    boolean goes = !item.usable() || isOld(item);
                    if (goes && !layers.isBase(item.path().getFileName().toString())) {
                        remove(item, Store.Kind.ENVIRONMENT);
                    }
                }
                case CACHE -> removeCache(item);
                case STATE -> removeUnused(item, Store.Kind.STATE);
                case APPLIANCE -> removeUnused(item, Store.Kind.APPLIANCE);
                case QEMU -> removeUnused(item, Store.Kind.QEMU);
                case LAYER, DOWNLOAD -> {
                    // Processed separately.
                }
            }
        }
        removeDownloads();
        return List.copyOf(removed);
    }

    /** Removes only the layers beyond the limit, as after each build, but never those of the last build. */
    public List<StoreItem> limitLayers() throws CrossbuildException, InterruptedException {
        Layers layers = new Layers(inventory.layers());
        layers.keepNewest();
        layers.removeBeyondLimit();
        return List.copyOf(removed);
    }

    /** Removes only the layers that no build can use any more. */
    public List<StoreItem> unusableLayers() throws CrossbuildException, InterruptedException {
        new Layers(inventory.layers()).removeUnusable();
        return List.copyOf(removed);
    }

    private boolean isOld(StoreItem item) {
        return request.unusedFor().isPresent()
                && isUnusedFor(item, request.unusedFor().get());
    }

    private boolean isUnusedFor(StoreItem item, Duration span) {
        return Duration.between(item.lastUsed(), now).compareTo(span) > 0;
    }

    private void removeUnused(StoreItem item, Store.Kind kind) throws CrossbuildException, InterruptedException {
        if ((!item.usable() || isOld(item)) && isUnusedFor(item, JUST_USED)) {
            remove(item, kind);
        }
    }

    private boolean remove(StoreItem item, Store.Kind kind) throws CrossbuildException, InterruptedException {
        boolean goes = !item.inUse()
                && (request.dryRun()
                        || store.removeUnlessHeld(
                                kind, item.path().getFileName().toString(), item.lastUsed()));
        if (goes) {
            removed.add(item);
        }
        return goes;
    }

    @SuppressWarnings("try")
    private void removeCache(StoreItem item) throws CrossbuildException, InterruptedException {
        if (item.usable() && !isOld(item)) {
            return;
        }
        Optional<PathLock> lock =
                StoredCache.take(store, item.path().getFileName().toString());
        if (lock.isPresent()) {
            try (PathLock taken = lock.get()) {
                remove(item, Store.Kind.CACHE);
            }
        }
    }

    private void removeDownloads() throws CrossbuildException {
        for (StoredDownload download : store.downloads().list()) {
            StoreItem item = Inventory.item(download);
            boolean isPart = item.name().endsWith(".part") && isUnusedFor(item, ABANDONED);
            if ((isPart || isOld(item))
                    && isUnusedFor(item, JUST_USED)
                    && (request.dryRun() || store.downloads().removeUnlessUsed(download))) {
                removed.add(item);
            }
        }
    }

    /** The layers that still exist. A layer is removed only when nothing is based on it. */
    private final class Layers {
        private final Map<String, Inventory.LayerEntry> left = new HashMap<>();
        /** The number of layers based on each layer or environment. */
        private final Map<String, Integer> above = new HashMap<>();

        private final Set<String> staying = new HashSet<>();
        private long bytes;

        Layers(List<Inventory.LayerEntry> layers) {
            for (Inventory.LayerEntry entry : layers) {
                left.put(entry.layer().name(), entry);
                bytes += entry.item().bytes();
                if (entry.layer().parent() != null) {
                    above.merge(entry.layer().parent(), 1, Integer::sum);
                }
            }
        }

        boolean isBase(String name) {
            return above.getOrDefault(name, 0) > 0;
        }

        void removeUnusable() throws CrossbuildException, InterruptedException {
            for (Inventory.LayerEntry entry : List.copyOf(left.values())) {
                if (!entry.layer().isUsable()) {
                    tryRemove(entry);
                }
            }
        }

        void removeOld() throws CrossbuildException, InterruptedException {
            Optional<Inventory.LayerEntry> next = oldest();
            while (next.isPresent() && isOld(next.get().item())) {
                tryRemove(next.get());
                next = oldest();
            }
        }

        void keepNewest() {
            left.values().stream()
                    .filter(entry -> !isBase(entry.layer().name()))
                    .max(Comparator.comparing(
                            (Inventory.LayerEntry entry) -> entry.item().lastUsed()))
                    .ifPresent(entry -> staying.add(entry.layer().name()));
        }

        void removeBeyondLimit() throws CrossbuildException, InterruptedException {
            if (request.layersAtMost().isEmpty()) {
                return;
            }
            Optional<Inventory.LayerEntry> next = oldest();
            while (next.isPresent() && bytes > request.layersAtMost().getAsLong()) {
                tryRemove(next.get());
                next = oldest();
            }
        }

        /** The least recently used layer among those on which nothing is based. */
        private Optional<Inventory.LayerEntry> oldest() {
            return left.values().stream()
                    .filter(entry -> !isBase(entry.layer().name()))
                    .filter(entry -> !staying.contains(entry.layer().name()))
                    .min(Comparator.comparing(
                                    (Inventory.LayerEntry entry) -> entry.item().lastUsed())
                            .thenComparing(entry -> entry.layer().name()));
        }

        private void tryRemove(Inventory.LayerEntry entry) throws CrossbuildException, InterruptedException {
            if (!remove(entry.item(), Store.Kind.LAYER)) {
                staying.add(entry.layer().name());
                return;
            }
            left.remove(entry.layer().name());
            bytes -= entry.item().bytes();
            if (entry.layer().parent() != null) {
                above.merge(entry.layer().parent(), -1, Integer::sum);
            }
        }
    }
}
