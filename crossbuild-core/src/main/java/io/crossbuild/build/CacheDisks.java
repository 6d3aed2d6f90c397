// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.build;

import io.crossbuild.arch.Architecture;
import io.crossbuild.disk.qcow2.Qcow2Header;
import io.crossbuild.disk.qcow2.Qcow2Writer;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.guest.Guest;
import io.crossbuild.io.PathLock;
import io.crossbuild.layer.StoredCache;
import io.crossbuild.script.CacheName;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The disks of a build's caches: one per scope, directory and architecture, used by one build at a time. A build that
 * finds a cache in use does not wait: it takes the next one of the same name, which is empty if there were never as
 * many builds at once.
 */
final class CacheDisks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CacheDisks.class);
    /** As the guest sees it; on the host it takes only what is written. */
    private static final long DISK_BYTES = 64L << 30;

    private static final Duration UNMOUNT = Duration.ofMinutes(2);
    private static final Duration RESCUE = Duration.ofSeconds(10);

    private final Store store;
    private final Architecture architecture;
    private final long maxBytes;
    private final BuildListener listener;
    private final List<PathLock> locks = new ArrayList<>();
    private final Set<CacheName> mounted = new HashSet<>();
    private long bytes;

    /** @param maxBytes how much all of them may take on the host's disk */
    CacheDisks(Store store, Architecture architecture, long maxBytes, BuildListener listener) {
        this.store = store;
        this.architecture = architecture;
        this.maxBytes = maxBytes;
        this.listener = listener;
    }

    /** A cache that this build now owns. */
    private record Taken(Path image, boolean isNew) {}

    /** Mounts the caches that are not mounted yet. */
    void mount(Guest guest, List<CacheName> caches) throws CrossbuildException, InterruptedException {
        for (CacheName cache : caches) {
            if (mounted.add(cache)) {
                String directory = cache.directory();
                Taken taken = take(cache);
                if (guest.mountCache(taken.image(), directory) && !taken.isNew()) {
                    listener.onEvent(new Warning.CacheLost(directory));
                }
            }
        }
    }

    private Taken take(CacheName name) throws CrossbuildException, InterruptedException {
        String prefix = StoredCache.keyPrefix(architecture, name);
        int number = 0;
        Optional<PathLock> lock = StoredCache.take(store, prefix + number);
        while (lock.isEmpty()) {
            number++;
            lock = StoredCache.take(store, prefix + number);
        }
        locks.add(lock.get());
        if (number > 0) {
            listener.onEvent(new BuildEvent.CacheInUse(name.directory(), number + 1));
        }
        String key = prefix + number;
        if (store.find(Store.Kind.CACHE, key)
                .filter(cache -> isWhole(cache, name) && hasRoom(cache, name))
                .isPresent()) {
            store.touch(Store.Kind.CACHE, key);
            return new Taken(store.path(Store.Kind.CACHE, key).resolve(StoredCache.DISK_FILE), false);
        }
        store.remove(Store.Kind.CACHE, key);
        Path made = store.publish(Store.Kind.CACHE, key, cache -> {
            Qcow2Writer.create(cache.resolve(StoredCache.DISK_FILE), DISK_BYTES);
            StoredCache.write(cache, name);
        });
        return new Taken(made.resolve(StoredCache.DISK_FILE), true);
    }

    /** Whether a cache fits in; the machine would be ended at once if it did not. */
    private boolean hasRoom(Path cache, CacheName name) {
        long size;
        try {
            size = Files.size(cache.resolve(StoredCache.DISK_FILE));
        } catch (IOException e) {
            LOG.debug("no cache in '{}'", cache, e);
            return false;
        }
        if (size > maxBytes - bytes) {
            listener.onEvent(new Warning.CacheTooLarge(name.directory(), size, bytes, maxBytes));
            return false;
        }
        bytes += size;
        return true;
    }

    /** Whether it is this cache and QEMU can open the image. */
    private static boolean isWhole(Path cache, CacheName name) {
        try {
            return StoredCache.read(cache).filter(name::equals).isPresent()
                    && Qcow2Header.read(cache.resolve(StoredCache.DISK_FILE)).virtualSizeBytes() == DISK_BYTES;
        } catch (IOException | CrossbuildException e) {
            LOG.debug("no cache in '{}'", cache, e);
            return false;
        }
    }

    /** Lets the guest complete the images. */
    void unmount(Guest guest) throws VirtualMachineException, InterruptedException {
        if (!mounted.isEmpty()) {
            guest.unmountCaches(UNMOUNT);
        }
    }

    /** The same after a failure, if possible: otherwise the journals hold what is missing in the images. */
    void rescue(Guest guest) throws InterruptedException {
        if (!mounted.isEmpty()) {
            try {
                guest.unmountCaches(RESCUE);
            } catch (VirtualMachineException e) {
                LOG.debug("caches were not unmounted", e);
            }
        }
    }

    /** Releases the caches; the machine must have ended. */
    @Override
    public void close() {
        locks.forEach(PathLock::close);
        locks.clear();
    }
}
