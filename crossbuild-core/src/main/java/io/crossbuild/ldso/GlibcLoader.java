// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A loader of glibc: its facts, its cache and its list of libraries to preload, each read once. */
final class GlibcLoader implements InstalledLoader {
    private static final int MAX_LOADER_BYTES = 1 << 23;
    private static final int MAX_CACHE_BYTES = 1 << 25;
    private static final int MAX_PRELOAD_BYTES = 1 << 16;

    private final TreeView view;
    private final LoaderOptions options;
    private final ElfHeader header;
    private final LoadedObject object;
    private final LoaderFacts facts;
    private final AbiFilter filter;
    private final CpuVariants variants;
    private final GlibcCheck check;
    private final Map<String, Optional<LibraryCache>> caches = new HashMap<>();
    /** By processor and path of the cache; the path is empty for none. */
    private final Map<CpuProfile, Map<String, GlibcSearch>> searches = new HashMap<>();

    private GlibcLoader(
            TreeView view, LoaderOptions options, ElfHeader header, LoadedObject object, LoaderFacts facts) {
        this.view = view;
        this.options = options;
        this.header = header;
        this.object = object;
        this.facts = facts;
        this.filter = AbiFilter.glibc(header, facts);
        this.variants = new CpuVariants(facts, header.machine());
        this.check = new GlibcCheck(options.cpu() == null ? -1 : options.cpu().isaLevels());
    }

    /**
     * The loader that a program names.
     *
     * @param path {@code PT_INTERP}
     * @param file null when it does not exist: then the defaults of glibc's build are used
     * @param program the header of the program
     */
    static GlibcLoader open(
            TreeView view, LoaderOptions options, String path, TreeView.@Nullable Present file, ElfHeader program)
            throws IOException, CrossbuildException {
        if (file != null && view.elf(file) instanceof TreeView.Elf elf) {
            ElfHeader header = elf.file().header();
            LoaderFacts facts = LoaderFactsReader.read(header, view.head(file, MAX_LOADER_BYTES));
            LoadedObject object = LoadedObject.library(path, path, file, elf.file(), null);
            return new GlibcLoader(view, options, header, object, facts);
        }
        LoaderFacts facts = LoaderFactsReader.defaults(program);
        LoadedObject object = LoadedObject.withoutFile(path, path);
        return new GlibcLoader(view, options, program, object, facts);
    }

    private @Nullable LibraryCache cache(@Nullable String path) throws IOException, CrossbuildException {
        if (path == null) {
            return null;
        }
        Optional<LibraryCache> known = caches.get(path);
        if (known == null) {
            known = readCache(path);
            caches.put(path, known);
        }
        return known.orElse(null);
    }

    private Optional<LibraryCache> readCache(String path) throws IOException, CrossbuildException {
        // Where each program has its own cache, ldconfig does not make it.
        if (options.ldconfig() && facts.itemStore() == null) {
            List<CacheEntry> entries = new Ldconfig(view, facts, header).entries(path);
            byte[] content = LibraryCacheWriter.write(entries, header.byteOrder());
            return Optional.of(LibraryCache.read(content, path, header.byteOrder()));
        }
        Optional<TreeView.Present> file = view.regularFile(path);
        if (file.isEmpty() || file.get().node().sizeBytes() > MAX_CACHE_BYTES) {
            return Optional.empty();
        }
        try {
            return Optional.of(LibraryCache.read(view.head(file.get(), MAX_CACHE_BYTES), path, header.byteOrder()));
        } catch (MalformedInputException e) {
            if (!e.input().equals(path)) {
                throw e;
            }
            // The loader behaves as if there were no cache.
            return Optional.empty();
        }
    }

    @Override
    public List<CpuProfile> profiles() {
        return options.cpu() == null ? variants.profiles() : List.of(options.cpu());
    }

    @Override
    public AbiFilter filter() {
        return filter;
    }

    @Override
    public LoaderProcess process(LoadedObject main, boolean mainIsProgram, CpuProfile cpu, ClosureBuilder out)
            throws IOException, CrossbuildException {
        return new GlibcProcess(search(cpu, main), check, out, main, object, preloads(out), mainIsProgram);
    }

    private GlibcSearch search(CpuProfile cpu, LoadedObject main) throws IOException, CrossbuildException {
        LoaderFacts own = facts.forProgramIn(main.origin());
        Map<String, GlibcSearch> ofProcessor = searches.get(cpu);
        if (ofProcessor == null) {
            ofProcessor = new HashMap<>();
            searches.put(cpu, ofProcessor);
        }
        String key = own.cachePath() == null ? "" : own.cachePath();
        GlibcSearch known = ofProcessor.get(key);
        if (known == null) {
            CpuDirectories directories = new CpuDirectories(own, cpu, variants.firstComponents());
            LibraryCache cache = cache(own.cachePath());
            CacheLookup lookup =
                    cache == null ? null : new CacheLookup(cache, header, directories, variants.legacyNames(), own);
            known = new GlibcSearch(view, own, filter, options, directories, lookup);
            ofProcessor.put(key, known);
        }
        return known;
    }

    /** LD_PRELOAD is split at spaces and colons, the file also at tabs and line ends (elf/rtld.c). */
    private List<GlibcProcess.Preload> preloads(ClosureBuilder out) throws IOException, CrossbuildException {
        List<GlibcProcess.Preload> result = new ArrayList<>();
        for (String name : options.preload().replace(':', ' ').split(" ")) {
            // Secure execution ignores paths here.
            if (!name.isEmpty() && !(options.secure() && name.contains("/"))) {
                result.add(new GlibcProcess.Preload(name, SearchRule.PRELOAD));
            }
        }
        Optional<TreeView.Present> list = view.regularFile(facts.preloadPath());
        if (list.isPresent()) {
            OpenReason reason = new OpenReason(object.path(), facts.preloadPath(), SearchRule.CONFIGURATION, null);
            out.opened(facts.preloadPath(), list.get(), reason);
            out.request(facts.preloadPath(), reason, List.of());
            String text = new String(view.head(list.get(), MAX_PRELOAD_BYTES), StandardCharsets.UTF_8);
            for (String name : text.replaceAll("#[^\n]*", " ").split("[: \t\n]")) {
                if (!name.isEmpty()) {
                    result.add(new GlibcProcess.Preload(name, SearchRule.PRELOAD_FILE));
                }
            }
        }
        return result;
    }
}
