// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.NeededLibrary;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The objects of a process under musl: breadth-first loading, and the reuse of loaded objects by the file name under
 * which they were found and by file. The soname is not used ({@code load_library} of ldso/dynlink.c).
 */
final class MuslProcess implements LoaderProcess {
    /** Names that always mean the C library itself, no matter what follows the dot. */
    private static final List<String> RESERVED = List.of("c.", "pthread.", "rt.", "m.", "dl.", "util.", "xnet.");

    private final MuslSearch search;
    private final ClosureBuilder out;
    private final String root;
    private final LoadedObject main;
    private final LoadedObject libc;
    private final List<String> preloads;

    private final List<LoadedObject> objects = new ArrayList<>();
    private final Map<String, LoadedObject> shortNames = new HashMap<>();
    private final Map<Long, LoadedObject> byFile = new HashMap<>();
    private List<LoadedObject> added = List.of();

    MuslProcess(MuslSearch search, ClosureBuilder out, LoadedObject main, LoadedObject libc, List<String> preloads) {
        this.search = search;
        this.out = out;
        this.root = main.path();
        this.main = main;
        this.libc = libc;
        this.preloads = List.copyOf(preloads);
        objects.add(main);
    }

    private MuslProcess(MuslProcess other, String root) {
        this.search = other.search;
        this.out = other.out;
        this.root = root;
        this.main = other.main;
        this.libc = other.libc;
        this.preloads = other.preloads;
        objects.addAll(other.objects);
        shortNames.putAll(other.shortNames);
        byFile.putAll(other.byFile);
    }

    @Override
    public void start() throws IOException, CrossbuildException {
        for (String name : preloads) {
            if (request(name, null, SearchRule.PRELOAD) == null) {
                out.skipped(new SkippedFile(
                        name, SkippedFile.Cause.NOT_LOADABLE, "named by LD_PRELOAD, which the loader ignores"));
            }
        }
        loadDependencies(0);
        added = objects.subList(1, objects.size());
    }

    @Override
    public LoaderProcess open(String path, TreeView.Present file, TreeView.Elf elf)
            throws IOException, CrossbuildException {
        MuslProcess process = new MuslProcess(this, path);
        int before = process.objects.size();
        if (!process.byFile.containsKey(file.node().id())) {
            // Opened for the program: the chain of run paths ends there (dlopen of ldso/dynlink.c).
            process.add(LoadedObject.library(path, path, file, elf.file(), main));
        }
        process.loadDependencies(before);
        process.added = process.objects.subList(before, process.objects.size());
        return process;
    }

    @Override
    public Optional<LoaderProcess> openByName(String name, @Nullable String openedBy)
            throws IOException, CrossbuildException {
        if (isLibc(name) || shortNames.containsKey(name)) {
            return Optional.of(new MuslProcess(this, root));
        }
        SearchResult.Hit hit = search.find(name, main).hit();
        if (hit == null) {
            return Optional.empty();
        }
        OpenReason reason = new OpenReason(main.path(), name, SearchRule.OPENED_BY_NAME, hit.source());
        out.opened(hit.path(), hit.file(), reason);
        out.request(hit.path(), reason, List.of());
        return Optional.of(open(hit.path(), hit.file(), new TreeView.Elf(hit.elf())));
    }

    @Override
    public LinkMap linkMap() {
        return new LinkMap(
                root,
                added.stream()
                        .map(o -> new LinkMap.Loaded(o.name(), o.path().isEmpty() ? null : o.path()))
                        .toList());
    }

    @Override
    public boolean dependsOnCpu() {
        return false;
    }

    private void loadDependencies(int from) throws IOException, CrossbuildException {
        for (int i = from; i < objects.size(); i++) {
            LoadedObject object = objects.get(i);
            DynamicSection dynamic = object == libc ? null : object.dynamic();
            List<NeededLibrary> dependencies = dynamic == null ? List.of() : dynamic.dependencies();
            for (NeededLibrary d : dependencies) {
                if (d.kind() == NeededLibrary.Kind.NEEDED && request(d.name(), object, null) == null) {
                    objects.add(LoadedObject.withoutFile(d.name(), ""));
                }
            }
        }
    }

    private @Nullable LoadedObject request(String name, @Nullable LoadedObject requester, @Nullable SearchRule preload)
            throws IOException, CrossbuildException {
        String asker = requester == null ? main.path() : requester.path();
        LoadedObject known = isLibc(name) ? libc : name.contains("/") ? null : shortNames.get(name);
        if (known != null) {
            if (known == libc && !objects.contains(libc)) {
                objects.add(libc);
            }
            out.request(known.path(), new OpenReason(asker, name, SearchRule.LOADED, null), List.of());
            addonName(name, known.path());
            return known;
        }
        SearchResult result = search.find(name, requester);
        SearchResult.Hit hit = result.hit();
        if (hit == null) {
            if (preload == null) {
                out.missing(root, asker, name, result.refused());
            }
            return null;
        }
        if (isLibc(hit.elf())) {
            // Never a second C library: the loader's own is used instead of the one that was found.
            return request("libc.so", requester, preload);
        }
        OpenReason reason = new OpenReason(asker, name, preload == null ? hit.rule() : preload, hit.source());
        out.opened(hit.path(), hit.file(), reason);
        out.request(hit.path(), reason, result.refused());
        addonName(name, hit.path());
        LoadedObject same = byFile.get(hit.file().node().id());
        if (same != null) {
            shortName(same, name);
            return same;
        }
        LoadedObject object = LoadedObject.library(name, hit.path(), hit.file(), hit.elf(), requester);
        add(object);
        shortName(object, name);
        return object;
    }

    private void addonName(String name, String path) {
        if (!root.equals(main.path())) {
            out.addonName(name, path, root);
        }
    }

    private void add(LoadedObject object) {
        objects.add(object);
        if (object.file() != null) {
            byFile.put(object.file().node().id(), object);
        }
    }

    /** Only an object that was found by a search has a short name: the last component of its path. */
    private void shortName(LoadedObject object, String requested) {
        if (!requested.contains("/")) {
            shortNames.putIfAbsent(object.path().substring(object.path().lastIndexOf('/') + 1), object);
        }
    }

    private boolean isLibc(String name) {
        if (name.equals(libc.path())) {
            return true;
        }
        return name.startsWith("lib") && RESERVED.stream().anyMatch(r -> name.startsWith(r, 3));
    }

    /** Whether a file is a C library: musl never loads a second one. */
    private static boolean isLibc(ElfFile file) {
        String soname = file.dynamic() == null ? null : file.dynamic().soname();
        return soname != null
                && (soname.equals("libc.so") || soname.equals("libc.so.6") || soname.startsWith("libc.musl-"));
    }
}
