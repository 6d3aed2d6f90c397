// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The objects that the loader holds for one program or addon, in the order of its list, as {@code ld.so --list} prints
 * them. Two names that lead to one file give one object. Where processors differ, that of the newest.
 *
 * @param root path of the program or addon
 * @param objects without the program itself and the kernel's vDSO, with the loader where an object needs it; for an
 *     addon what it brings beside those of the program
 */
public record LinkMap(String root, List<Loaded> objects) {
    public LinkMap {
        objects = List.copyOf(objects);
    }

    /**
     * An object of the map.
     *
     * @param name the name it was first asked for by
     * @param path as the loader opened it; null when it was not found
     */
    public record Loaded(String name, @Nullable String path) {
        /** The one that a record gets is made when it is first called, which delays a cold start. */
        @Override
        public int hashCode() {
            return name.hashCode() * 31 + Objects.hashCode(path);
        }

        /** As {@link #hashCode}. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Loaded that && name.equals(that.name) && Objects.equals(path, that.path);
        }
    }
}
