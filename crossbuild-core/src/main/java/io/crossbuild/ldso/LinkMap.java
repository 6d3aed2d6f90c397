// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.List;

/**
 * The objects that the loader holds for one program or addon, in the order of loading, as {@code ld.so --list} prints
 * them. Two names that lead to one file give one object.
 *
 * @param root path of the program or addon
 * @param objects what was loaded; for an addon only what the running program did not have yet
 */
public record LinkMap(String root, List<Loaded> objects) {
    public LinkMap {
        objects = List.copyOf(objects);
    }

    /**
     * An object of the map.
     *
     * @param name the name it was first asked for by
     * @param path as the loader opened it
     */
    public record Loaded(String name, String path) {}
}
