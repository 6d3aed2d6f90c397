// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.block;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the most recently used values, up to a total weight, and always the newest one. Safe for use by several
 * threads.
 */
public final class BoundedCache<K, V> {
    private final Map<K, V> values = new LinkedHashMap<>(16, 0.75f, true);
    private final ToLongFunction<V> weigher;
    private final long capacity;
    private long weight;

    /** @param weigher the weight of a value, which may not change */
    public BoundedCache(long capacity, ToLongFunction<V> weigher) {
        this.capacity = capacity;
        this.weigher = weigher;
    }

    public synchronized @Nullable V get(K key) {
        return values.get(key);
    }

    public synchronized void put(K key, V value) {
        V old = values.put(key, value);
        weight += weigher.applyAsLong(value) - (old == null ? 0 : weigher.applyAsLong(old));
        Iterator<V> eldest = values.values().iterator();
        while (weight > capacity && values.size() > 1) {
            weight -= weigher.applyAsLong(eldest.next());
            eldest.remove();
        }
    }
}
