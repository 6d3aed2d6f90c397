// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** Words for the values of a sealed type, by permitted record. Java 17 has no switch over these. */
final class WordTable<T> {
    private final Map<Class<?>, Function<T, String>> words = new HashMap<>();

    <E extends T> WordTable<T> with(Class<E> type, Function<E, String> of) {
        words.put(type, value -> of.apply(type.cast(value)));
        return this;
    }

    /** One or more lines. A value without words is shown as it is, which is better than not at all. */
    String of(T value) {
        Function<T, String> of = words.get(value.getClass());
        return of == null ? value.toString() : of.apply(value);
    }

    Set<Class<?>> types() {
        return Set.copyOf(words.keySet());
    }
}
