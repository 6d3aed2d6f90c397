// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.NeededLibrary;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The link maps of a process under glibc: breadth-first loading ({@code _dl_map_object_deps} of elf/dl-deps.c) and the
 * reuse of loaded objects by name, soname and file.
 */
final class GlibcProcess implements LoaderProcess {
    /** The kernel itself provides these objects. */
    private static final Set<String> VDSO_NAMES =
            Set.of("linux-vdso.so.1", "linux-gate.so.1", "linux-vdso32.so.1", "linux-vdso64.so.1");

    private final GlibcSearch search;
    private final GlibcCheck check;
    private final ClosureBuilder out;
    private final String root;
    private final LoadedObject main;
    private final LoadedObject loader;
    private final List<Preload> preloads;
    private final LoadedObject vdso;

    private final Namespace namespace;
    private List<LoadedObject> added = List.of();
    private boolean dependsOnCpu;
    private boolean loaderNeeded;
    private final boolean forAddon;
    private int floatModes = MipsFloatModes.ALL;

    /** A library to load before everything that the program needs, and the list that names it. */
    record Preload(String name, SearchRule rule) {}

    /**
     * @param loader the loader itself: it is known by its name in {@code PT_INTERP} and its soname from the start
     * @param mainIsProgram whether the main object is a program that the kernel maps; then the loader does not know the
     *     identity of its file
     */
    GlibcProcess(
            GlibcSearch search,
            GlibcCheck check,
            ClosureBuilder out,
            LoadedObject main,
            LoadedObject loader,
            List<Preload> preloads,
            boolean mainIsProgram) {
        this.search = search;
        this.check = check;
        this.out = out;
        this.root = main.path();
        this.main = main;
        this.loader = loader;
        this.preloads = List.copyOf(preloads);
        this.vdso = LoadedObject.withoutFile("linux-vdso.so.1", "");
        this.forAddon = false;
        this.namespace = new Namespace(main);
        add(main);
        namespace.name(main, "");
        if (!mainIsProgram && main.file() != null) {
            namespace.mapped(main, main.file());
        }
        addLoaderAndVdso();
    }

    /** Another process, or another namespace, with the same program. */
    private GlibcProcess(GlibcProcess other, String root, boolean sameNamespace) {
        this.search = other.search;
        this.check = other.check;
        this.out = other.out;
        this.root = root;
        this.main = other.main;
        this.loader = other.loader;
        this.preloads = other.preloads;
        this.vdso = other.vdso;
        this.forAddon = sameNamespace;
        this.floatModes = other.floatModes;
        this.namespace = sameNamespace ? other.namespace.copy() : new Namespace(main);
        if (!sameNamespace) {
            addLoaderAndVdso();
        }
    }

    private void addLoaderAndVdso() {
        add(loader);
        add(vdso);
        for (String name : VDSO_NAMES) {
            namespace.name(vdso, name);
        }
    }

    @Override
    public void start() throws IOException, CrossbuildException {
        loadAuditors();
        List<LoadedObject> first = new ArrayList<>(List.of(main));
        for (Preload p : preloads) {
            int before = namespace.size();
            LoadedObject object = request(p.name(), main, p.rule());
            if (object != null && namespace.size() > before) {
                first.add(object);
            }
        }
        List<LoadedObject> list = loadDependencies(first);
        loaderNeeded = namespace.placeLoader(loader, list);
        added = namespace.objects().subList(1, namespace.size());
        check.check(root, namespace.objects(), namespace, out);
    }

    @Override
    public LoaderProcess open(String path, TreeView.Present file, TreeView.Elf elf)
            throws IOException, CrossbuildException {
        GlibcProcess process = new GlibcProcess(this, path, true);
        process.open(path, path, file, elf.file());
        return process;
    }

    @Override
    public Optional<LoaderProcess> openByName(String name, @Nullable String openedBy)
            throws IOException, CrossbuildException {
        if (namespace.loaded(name) != null) {
            return Optional.of(new GlibcProcess(this, root, true));
        }
        LoadedObject opener = namespace.objects().stream()
                .filter(o -> o.path().equals(openedBy))
                .findFirst()
                .orElse(null);
        SearchResult result = search.find(name, opener, main, false, floatModes);
        SearchResult.Hit hit = result.hit();
        if (hit == null) {
            return Optional.empty();
        }
        report(
                hit,
                new OpenReason(
                        opener == null ? main.path() : opener.path(), name, SearchRule.OPENED_BY_NAME, hit.source()),
                result.refused());
        // An object opened at run time starts a chain of its own, no matter which object opens it.
        GlibcProcess process = new GlibcProcess(this, hit.path(), true);
        process.dependsOnCpu = result.dependsOnCpu();
        process.open(name, hit.path(), hit.file(), hit.elf());
        return Optional.of(process);
    }

    @Override
    public LinkMap linkMap() {
        List<LinkMap.Loaded> result = new ArrayList<>();
        for (LoadedObject o : added) {
            if (o != vdso && (o != loader || loaderNeeded)) {
                result.add(new LinkMap.Loaded(o.name(), o.path().isEmpty() ? null : o.path()));
            }
        }
        return new LinkMap(root, result);
    }

    @Override
    public boolean dependsOnCpu() {
        return dependsOnCpu;
    }

    private void open(String name, String path, TreeView.Present file, ElfFile elf)
            throws IOException, CrossbuildException {
        int before = namespace.size();
        LoadedObject object = namespace.of(file);
        if (object == null) {
            object = LoadedObject.library(name, path, file, elf, null);
            add(object);
            namespace.mapped(object, file);
        }
        loadDependencies(List.of(object));
        added = namespace.objects().subList(Math.min(before, namespace.size()), namespace.size());
        check.check(root, added, namespace, out);
    }

    /** Libraries that audit the loader, each in its own namespace; one that cannot be loaded is ignored. */
    private void loadAuditors() throws IOException, CrossbuildException {
        DynamicSection dynamic = main.dynamic();
        if (dynamic == null) {
            return;
        }
        List<String> auditors = new ArrayList<>();
        for (String list : new String[] {dynamic.audit(), dynamic.depAudit()}) {
            if (list != null) {
                auditors.addAll(List.of(list.split(":")));
            }
        }
        for (String name : auditors) {
            SearchResult.Hit hit = name.isEmpty()
                    ? null
                    : search.findAuditor(name, main, floatModes).hit();
            if (hit != null) {
                OpenReason reason = new OpenReason(main.path(), name, SearchRule.AUDIT, hit.source());
                report(hit, reason, List.of());
                new GlibcProcess(this, root, false).open(name, hit.path(), hit.file(), hit.elf());
            }
        }
    }

    /** An entry of the flat list of pending objects. */
    private static final class Pending {
        final LoadedObject object;
        boolean done;

        Pending(LoadedObject object) {
            this.object = object;
        }
    }

    private List<LoadedObject> loadDependencies(List<LoadedObject> first) throws IOException, CrossbuildException {
        List<Pending> list = new ArrayList<>();
        for (LoadedObject object : first) {
            list.add(new Pending(object));
        }
        int at = 0;
        while (at < list.size()) {
            if (list.get(at).done) {
                at++;
            } else {
                list.get(at).done = true;
                loadDirectDependencies(list, at);
            }
        }
        List<LoadedObject> loaded = new ArrayList<>(list.size());
        for (Pending pending : list) {
            loaded.add(pending.object);
        }
        return loaded;
    }

    private void loadDirectDependencies(List<Pending> list, int index) throws IOException, CrossbuildException {
        int at = index;
        LoadedObject object = list.get(at).object;
        DynamicSection dynamic = object.dynamic();
        List<NeededLibrary> dependencies = dynamic == null ? List.of() : dynamic.dependencies();
        for (NeededLibrary d : dependencies) {
            LoadedObject loaded = dependency(d, object);
            if (loaded == null) {
                continue;
            }
            int known = indexOf(list, loaded);
            if (d.kind() == NeededLibrary.Kind.NEEDED) {
                if (known < 0) {
                    list.add(new Pending(loaded));
                }
            } else if (known < 0 || known > at) {
                // A filtee comes before its filter object in both lists.
                if (known > at) {
                    list.remove(known);
                }
                list.add(at, new Pending(loaded));
                at++;
                namespace.moveBefore(loaded, object);
            }
        }
    }

    private @Nullable LoadedObject dependency(NeededLibrary d, LoadedObject object)
            throws IOException, CrossbuildException {
        boolean optional = d.kind() == NeededLibrary.Kind.AUXILIARY;
        if (!TokenExpansion.hasToken(d.name())) {
            return request(d.name(), object, optional ? Absence.ACCEPTED : Absence.MISSING);
        }
        // expand_dst of elf/dl-deps.c: any token is an error for a program that has more rights than its caller.
        boolean forbidden = search.isSecure();
        Optional<String> name = forbidden ? Optional.empty() : search.expand(d.name(), object);
        if (name.isPresent()) {
            return request(name.get(), object, optional ? Absence.ACCEPTED : Absence.MISSING);
        }
        if (!forbidden && !optional) {
            // A needed name whose token has no value is skipped, but an auxiliary one is not.
            return null;
        }
        String detail = forbidden ? "a token, which secure execution forbids" : "a token without a value";
        ProbedPath probed = new ProbedPath(d.name(), SearchRule.PATH, null, ProbedPath.Refusal.NOT_LOADABLE, detail);
        return absent(d.name(), object, List.of(probed));
    }

    private LoadedObject absent(String name, LoadedObject requester, List<ProbedPath> refused) {
        out.missing(root, requester.path(), name, refused);
        LoadedObject absent = LoadedObject.withoutFile(name, "");
        namespace.add(absent);
        return absent;
    }

    private static int indexOf(List<Pending> list, LoadedObject object) {
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).object == object) {
                return i;
            }
        }
        return -1;
    }

    /** The consequence when a name cannot be found. */
    private enum Absence {
        MISSING,
        ACCEPTED
    }

    private @Nullable LoadedObject request(String name, LoadedObject requester, Absence absence)
            throws IOException, CrossbuildException {
        LoadedObject known = reused(name, requester);
        if (known != null) {
            return known;
        }
        SearchResult result = search.find(name, requester, main, false, floatModes);
        if (result.hit() == null && absence == Absence.MISSING) {
            dependsOnCpu |= result.dependsOnCpu();
            return absent(name, requester, result.refused());
        }
        return take(name, requester, null, result);
    }

    private @Nullable LoadedObject request(String name, LoadedObject requester, SearchRule preload)
            throws IOException, CrossbuildException {
        LoadedObject known = reused(name, requester);
        if (known != null) {
            return known;
        }
        SearchResult result = search.find(name, requester, main, true, floatModes);
        if (result.hit() == null) {
            // The loader prints a warning and continues.
            out.skipped(new SkippedFile(
                    name, SkippedFile.Cause.NOT_LOADABLE, "named by " + preload.text() + ", which the loader ignores"));
        }
        return take(name, requester, preload, result);
    }

    private @Nullable LoadedObject reused(String name, LoadedObject requester) {
        LoadedObject known = namespace.loaded(name);
        if (known != null && known != vdso && known != main) {
            out.request(known.path(), new OpenReason(requester.path(), name, SearchRule.LOADED, null), List.of());
            addonName(name, known.path());
        }
        return known;
    }

    private void addonName(String name, String path) {
        if (forAddon) {
            out.addonName(name, path, root);
        }
    }

    private @Nullable LoadedObject take(
            String name, LoadedObject requester, @Nullable SearchRule preload, SearchResult result) {
        dependsOnCpu |= result.dependsOnCpu();
        SearchResult.Hit hit = result.hit();
        if (hit == null) {
            return null;
        }
        OpenReason reason = preload == null
                ? new OpenReason(requester.path(), name, hit.rule(), hit.source())
                : new OpenReason(requester.path(), name, preload, null);
        report(hit, reason, result.refused());
        addonName(name, hit.path());
        LoadedObject same = namespace.of(hit.file());
        if (same != null) {
            namespace.name(same, name);
            return same;
        }
        LoadedObject object = LoadedObject.library(name, hit.path(), hit.file(), hit.elf(), requester);
        add(object);
        namespace.mapped(object, hit.file());
        return object;
    }

    private void report(SearchResult.Hit hit, OpenReason reason, List<ProbedPath> refused) {
        out.opened(hit.path(), hit.file(), reason);
        out.request(hit.path(), reason, refused);
        if (hit.cacheEntry() != null) {
            out.cacheEntry(search.cachePath(), hit.elf().header().byteOrder(), hit.cacheEntry());
        }
    }

    private void add(LoadedObject object) {
        namespace.addNamed(object);
        floatModes &= search.floatModes(object);
    }
}
