// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.elf.Dependency;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The link maps of a process under glibc: breadth-first loading ({@code _dl_map_object_deps} of elf/dl-deps.c) and the
 * reuse of what is loaded, by name, by soname and by file.
 */
final class GlibcProcess implements LoaderProcess {
    /** The kernel brings these objects itself. */
    private static final Set<String> VDSO_NAMES =
            Set.of("linux-vdso.so.1", "linux-gate.so.1", "linux-vdso32.so.1", "linux-vdso64.so.1");

    private final GlibcSearch search;
    private final ClosureBuilder out;
    private final String root;
    private final LoadedObject main;
    private final LoadedObject loader;
    private final List<Preload> preloads;
    private final LoadedObject vdso = LoadedObject.withoutFile("linux-vdso.so.1", "");

    private final List<LoadedObject> objects = new ArrayList<>();
    private final Map<String, List<LoadedObject>> names = new HashMap<>();
    private final Map<Long, LoadedObject> byFile = new HashMap<>();
    private boolean dependsOnCpu;

    /** A library to be loaded before all that the program needs, and the list that names it. */
    record Preload(String name, SearchRule rule) {}

    /**
     * @param loader the loader itself: it is known by its name in {@code PT_INTERP} and its soname from the start
     * @param mainIsProgram whether the main object is a program that the kernel maps; then its file has no identity for
     *     the loader
     */
    GlibcProcess(
            GlibcSearch search,
            ClosureBuilder out,
            LoadedObject main,
            LoadedObject loader,
            List<Preload> preloads,
            boolean mainIsProgram) {
        this.search = search;
        this.out = out;
        this.root = main.path();
        this.main = main;
        this.loader = loader;
        this.preloads = List.copyOf(preloads);
        add(main, objects.size());
        name(main, "");
        if (!mainIsProgram && main.file() != null) {
            byFile.put(main.file().node().id(), main);
        }
        add(loader, objects.size());
        add(vdso, objects.size());
        VDSO_NAMES.forEach(n -> name(vdso, n));
    }

    private GlibcProcess(GlibcProcess other, String root) {
        this.search = other.search;
        this.out = other.out;
        this.root = root;
        this.main = other.main;
        this.loader = other.loader;
        this.preloads = other.preloads;
        objects.addAll(other.objects);
        other.names.forEach((name, known) -> names.put(name, new ArrayList<>(known)));
        byFile.putAll(other.byFile);
        dependsOnCpu = other.dependsOnCpu;
    }

    @Override
    public LoaderProcess copy() {
        return new GlibcProcess(this, root);
    }

    @Override
    public List<LoadedObject> objects() {
        return List.copyOf(objects);
    }

    @Override
    public boolean dependsOnCpu() {
        return dependsOnCpu;
    }

    @Override
    public void start() throws IOException, CrossbuildException {
        List<LoadedObject> first = new ArrayList<>(List.of(main));
        for (Preload p : preloads) {
            int before = objects.size();
            LoadedObject object = request(p.name(), main, p.rule());
            if (object != null && objects.size() > before) {
                first.add(object);
            }
        }
        loadDependencies(first);
    }

    @Override
    public void open(String path, TreeView.Present file, TreeView.Elf elf) throws IOException, CrossbuildException {
        LoadedObject same = byFile.get(file.node().id());
        LoadedObject addon = same == null ? LoadedObject.library(path, path, file, elf.file(), null) : same;
        if (same == null) {
            add(addon, objects.size());
            byFile.put(file.node().id(), addon);
        }
        loadDependencies(List.of(addon));
    }

    /** An entry of the flat list that is worked through. */
    private static final class Pending {
        final LoadedObject object;
        boolean done;

        Pending(LoadedObject object) {
            this.object = object;
        }
    }

    private void loadDependencies(List<LoadedObject> first) throws IOException, CrossbuildException {
        List<Pending> list = new ArrayList<>();
        first.forEach(o -> list.add(new Pending(o)));
        int at = 0;
        while (at < list.size()) {
            Pending pending = list.get(at);
            if (pending.done) {
                at++;
                continue;
            }
            pending.done = true;
            loadDirectDependencies(list, at);
        }
    }

    private void loadDirectDependencies(List<Pending> list, int index) throws IOException, CrossbuildException {
        int at = index;
        LoadedObject object = list.get(at).object;
        DynamicSection dynamic = object.dynamic();
        if (dynamic == null) {
            return;
        }
        for (Dependency d : dynamic.dependencies()) {
            Optional<String> name =
                    TokenExpansion.hasToken(d.name()) ? search.expand(d.name(), object) : Optional.of(d.name());
            if (name.isEmpty()) {
                continue;
            }
            LoadedObject loaded = request(name.get(), object, null);
            if (loaded == null) {
                continue;
            }
            int known = indexOf(list, loaded);
            if (d.kind() == Dependency.Kind.NEEDED) {
                if (known < 0) {
                    list.add(new Pending(loaded));
                }
            } else if (known < 0 || known > at) {
                // A filtee stands before the object that it serves, in both lists.
                if (known > at) {
                    list.remove(known);
                }
                list.add(at, new Pending(loaded));
                at++;
                objects.remove(loaded);
                objects.add(objects.indexOf(object), loaded);
            }
        }
    }

    private static int indexOf(List<Pending> list, LoadedObject object) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).object == object) {
                return i;
            }
        }
        return -1;
    }

    /** The object for a name, loaded now if need be; null when there is none. */
    private @Nullable LoadedObject request(String name, LoadedObject requester, @Nullable SearchRule rule)
            throws IOException, CrossbuildException {
        LoadedObject known = loaded(name);
        if (known != null) {
            if (known != vdso && known != main) {
                out.request(known.path(), new Reason(requester.path(), name, SearchRule.LOADED, null), List.of());
            }
            name(known, name);
            return known;
        }
        SearchResult result = search.find(name, requester, main, rule != null);
        dependsOnCpu |= result.dependsOnCpu();
        SearchResult.Hit hit = result.hit();
        if (hit == null) {
            missing(name, requester, result.refused(), rule);
            return null;
        }
        Reason reason = new Reason(
                requester.path(), name, rule == null ? hit.rule() : rule, rule == null ? hit.source() : null);
        out.opened(hit.path(), hit.file(), reason);
        out.request(hit.path(), reason, result.refused());
        LoadedObject same = byFile.get(hit.file().node().id());
        if (same != null) {
            name(same, name);
            return same;
        }
        LoadedObject object = LoadedObject.library(name, hit.path(), hit.file(), hit.elf(), requester);
        add(object, objects.size());
        byFile.put(hit.file().node().id(), object);
        return object;
    }

    private void missing(String name, LoadedObject requester, List<ProbedPath> refused, @Nullable SearchRule rule) {
        if (rule == null) {
            out.missing(root, requester.path(), name, refused);
        } else {
            // The loader prints a warning and goes on.
            out.skipped(new SkippedFile(
                    name, SkippedFile.Cause.NOT_LOADABLE, "named by " + rule.text() + ", which the loader ignores"));
        }
    }

    /** {@code _dl_lookup_map}: the first object in the list that has the name. */
    private @Nullable LoadedObject loaded(String name) {
        List<LoadedObject> known = names.get(name);
        if (known == null) {
            return null;
        }
        if (known.size() == 1) {
            return known.get(0);
        }
        return objects.stream().filter(known::contains).findFirst().orElse(null);
    }

    private void add(LoadedObject object, int index) {
        objects.add(index, object);
        name(object, object.name());
        if (!object.path().isEmpty() && object != main) {
            name(object, object.path());
        }
        if (object.soname() != null) {
            name(object, object.soname());
        }
    }

    private void name(LoadedObject object, String name) {
        List<LoadedObject> known = names.computeIfAbsent(name, n -> new ArrayList<>(1));
        if (!known.contains(object)) {
            known.add(object);
        }
    }
}
