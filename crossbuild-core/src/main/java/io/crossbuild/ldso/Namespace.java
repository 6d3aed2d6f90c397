// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The objects in one namespace of a process under glibc (dlmopen(3)): the list of link maps, and how each one is found
 * again.
 */
final class Namespace implements GlibcCheck.LoadedNames {
    private final LoadedObject main;
    private final List<LoadedObject> objects = new ArrayList<>();
    private final Map<String, List<LoadedObject>> names = new HashMap<>();
    private final Map<Long, LoadedObject> byFile = new HashMap<>();

    /** @param main the object that is not found by its path */
    Namespace(LoadedObject main) {
        this.main = main;
    }

    Namespace copy() {
        Namespace copy = new Namespace(main);
        copy.objects.addAll(objects);
        names.forEach((name, known) -> copy.names.put(name, new ArrayList<>(known)));
        copy.byFile.putAll(byFile);
        return copy;
    }

    /** In the order of the list. */
    List<LoadedObject> objects() {
        return Collections.unmodifiableList(objects);
    }

    int size() {
        return objects.size();
    }

    /** {@code _dl_lookup_map}: the first object in the list that has the name. */
    @Override
    public @Nullable LoadedObject loaded(String name) {
        List<LoadedObject> known = names.get(name);
        if (known == null) {
            return null;
        }
        if (known.size() == 1) {
            return known.get(0);
        }
        for (LoadedObject object : objects) {
            if (known.contains(object)) {
                return object;
            }
        }
        return null;
    }

    /** The object for which a file was mapped; null for none. */
    @Nullable LoadedObject of(TreeView.Present file) {
        return byFile.get(file.node().id());
    }

    /** Adds an object that is not found by any name. */
    void add(LoadedObject object) {
        objects.add(object);
    }

    /** Adds an object with its own names. */
    void addNamed(LoadedObject object) {
        objects.add(object);
        name(object, object.name());
        if (!object.path().isEmpty() && object != main) {
            name(object, object.path());
        }
        if (object.soname() != null) {
            name(object, object.soname());
        }
    }

    /** Gives an object another name. */
    void name(LoadedObject object, String name) {
        List<LoadedObject> known = names.get(name);
        if (known == null) {
            known = new ArrayList<>(1);
            names.put(name, known);
        }
        if (!known.contains(object)) {
            known.add(object);
        }
    }

    /** From now on the file leads to the object. */
    void mapped(LoadedObject object, TreeView.Present file) {
        byFile.put(file.node().id(), object);
    }

    void moveBefore(LoadedObject object, LoadedObject other) {
        objects.remove(object);
        objects.add(objects.indexOf(other), object);
    }

    /**
     * Finally the loader takes its place among the dependencies (elf/rtld.c).
     *
     * @return whether it has one
     */
    boolean placeLoader(LoadedObject loader, List<LoadedObject> dependencies) {
        List<LoadedObject> present = new ArrayList<>(dependencies.size());
        for (LoadedObject object : dependencies) {
            if (!object.path().isEmpty()) {
                present.add(object);
            }
        }
        objects.remove(loader);
        int place = present.indexOf(loader);
        objects.add(place > 0 ? objects.indexOf(present.get(place - 1)) + 1 : 1, loader);
        return place > 0;
    }
}
