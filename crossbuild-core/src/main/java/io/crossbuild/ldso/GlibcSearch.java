// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How glibc's loader finds the file for a name: {@code _dl_map_new_object} and {@code open_path} of elf/dl-load.c. */
final class GlibcSearch {
    private final TreeView view;
    private final LoaderFacts facts;
    private final AbiFilter filter;
    private final LoaderOptions options;
    private final CpuDirectories cpu;
    private final TokenExpansion tokens;
    private final @Nullable CacheLookup cache;
    /** Answers for requesters without their own search paths, which are nearly all. */
    private final Map<String, SearchResult> plain = new HashMap<>();
    /** The conditions under which the plain answers are valid. */
    private int plainFloatModes = MipsFloatModes.ALL;

    GlibcSearch(
            TreeView view,
            LoaderFacts facts,
            AbiFilter filter,
            LoaderOptions options,
            CpuDirectories cpu,
            @Nullable CacheLookup cache) {
        this.view = view;
        this.facts = facts;
        this.filter = filter;
        this.options = options;
        this.cpu = cpu;
        this.tokens = new TokenExpansion(facts.lib(), cpu.platform());
        this.cache = cache;
    }

    /** A search in progress. */
    private static final class Trail {
        final List<ProbedPath> refused = new ArrayList<>();
        final int floatModes;
        boolean dependsOnCpu;
        boolean fatal;

        Trail(int floatModes) {
            this.floatModes = floatModes;
        }

        SearchResult end(SearchResult.@Nullable Hit hit) {
            return new SearchResult(hit, refused, dependsOnCpu);
        }
    }

    /**
     * Finds the file for a name.
     *
     * @param requester the requesting object; null for a search without one
     * @param main the program
     * @param preload whether the name is to be preloaded, for which secure execution has its own rule
     * @param floatModes see {@link AbiFilter#objection(TreeView.ElfAnswer, int)}
     */
    SearchResult find(String name, @Nullable LoadedObject requester, LoadedObject main, boolean preload, int floatModes)
            throws IOException, CrossbuildException {
        Trail trail = new Trail(floatModes);
        if (name.contains("/")) {
            return open(name, requester, trail);
        }
        if (floatModes != plainFloatModes) {
            plain.clear();
            plainFloatModes = floatModes;
        }
        boolean plainRequest = !preload && isPlain(requester, main);
        SearchResult known = plainRequest ? plain.get(name) : null;
        if (known != null) {
            return known;
        }
        SearchResult result = walk(name, steps(requester, main, preload, trail), preload, trail);
        if (plainRequest) {
            plain.put(name, result);
        }
        return result;
    }

    /** Finds a library that audits the loader: for it, the program's RUNPATH counts like RPATH. */
    SearchResult findAuditor(String name, LoadedObject main, int floatModes) throws IOException, CrossbuildException {
        Trail trail = new Trail(floatModes);
        if (name.contains("/")) {
            return open(name, main, trail);
        }
        List<SearchStep> steps = new ArrayList<>();
        addRunPath(steps, SearchRule.RPATH, main, main.effectiveRpath(), trail);
        addRunPath(steps, SearchRule.RUNPATH, main, main.runpath(), trail);
        addLibraryPath(steps, main, trail);
        steps.add(new SearchStep.Cache(List.of()));
        steps.add(new SearchStep.Directories(SearchRule.SYSTEM_DIRECTORY, null, facts.systemDirectories()));
        return walk(name, steps, false, trail);
    }

    /** See {@link AbiFilter#floatModes}; all modes for an object without a file. */
    int floatModes(LoadedObject object) {
        return object.elf() == null ? MipsFloatModes.ALL : filter.floatModes(object.elf());
    }

    /** The cache used for answers. */
    String cachePath() {
        return Objects.requireNonNull(facts.cachePath());
    }

    private SearchResult walk(String name, List<SearchStep> steps, boolean preload, Trail trail)
            throws IOException, CrossbuildException {
        for (SearchStep step : steps) {
            SearchResult.Hit hit = step instanceof SearchStep.Directories d
                    ? inDirectories(name, d, preload, trail)
                    : inCache(name, (SearchStep.Cache) step, trail);
            if (hit != null || trail.fatal) {
                return trail.end(hit);
            }
        }
        return trail.end(null);
    }

    /** Whether the program has more rights than its caller. */
    boolean isSecure() {
        return options.secure();
    }

    /** The name with its tokens replaced; empty when one has no value. */
    Optional<String> expand(String name, LoadedObject requester) {
        return tokens.expand(name, requester.origin(), options.secure());
    }

    private boolean isPlain(@Nullable LoadedObject requester, LoadedObject main) {
        if (!options.libraryPath().isEmpty() || main.effectiveRpath() != null) {
            return false;
        }
        if (requester != null && (requester.runpath() != null || requester.has(DynamicSection.FLAG_1_NODEFLIB))) {
            return false;
        }
        for (LoadedObject o = requester; o != null; o = o.requester()) {
            if (o.effectiveRpath() != null) {
                return false;
            }
        }
        return true;
    }

    /** The steps for one requester, in order. */
    private List<SearchStep> steps(@Nullable LoadedObject requester, LoadedObject main, boolean preload, Trail trail) {
        List<SearchStep> steps = new ArrayList<>();
        if (requester == null || requester.runpath() == null) {
            boolean mainDone = false;
            for (LoadedObject o = requester; o != null; o = o.requester()) {
                addRunPath(steps, SearchRule.RPATH, o, o.effectiveRpath(), trail);
                mainDone |= o == main;
            }
            if (!mainDone) {
                addRunPath(steps, SearchRule.RPATH, main, main.effectiveRpath(), trail);
            }
        }
        addLibraryPath(steps, main, trail);
        LoadedObject owner = requester == null ? main : requester;
        boolean noSystem = owner.has(DynamicSection.FLAG_1_NODEFLIB);
        List<SearchStep> runpath = new ArrayList<>();
        if (requester != null) {
            addRunPath(runpath, SearchRule.RUNPATH, requester, requester.runpath(), trail);
        }
        List<SearchStep> cached = preload && options.secure()
                ? List.of()
                : List.of(new SearchStep.Cache(noSystem ? facts.systemDirectories() : List.of()));
        boolean cacheFirst = facts.itemStore() != null;
        steps.addAll(cacheFirst ? cached : runpath);
        steps.addAll(cacheFirst ? runpath : cached);
        if (!noSystem) {
            steps.add(new SearchStep.Directories(SearchRule.SYSTEM_DIRECTORY, null, facts.systemDirectories()));
        }
        return steps;
    }

    private void addLibraryPath(List<SearchStep> steps, LoadedObject main, Trail trail) {
        if (!options.secure() && !options.libraryPath().isEmpty()) {
            List<String> directories =
                    directories(options.libraryPath().split("[:;]", -1), SearchRule.LIBRARY_PATH, null, main, trail);
            steps.add(new SearchStep.Directories(SearchRule.LIBRARY_PATH, null, directories));
        }
    }

    private void addRunPath(
            List<SearchStep> steps, SearchRule rule, LoadedObject owner, @Nullable String path, Trail trail) {
        if (path == null || path.isEmpty()) {
            return;
        }
        List<String> directories = directories(path.split(":", -1), rule, owner.path(), owner, trail);
        if (!directories.isEmpty()) {
            steps.add(new SearchStep.Directories(rule, owner.path(), directories));
        }
    }

    /** {@code fillin_rpath}: tokens are replaced, trailing slashes and repeated directories are dropped. */
    private List<String> directories(
            String[] elements, SearchRule rule, @Nullable String source, LoadedObject owner, Trail trail) {
        Set<String> result = new LinkedHashSet<>();
        for (String element : elements) {
            if (element.isEmpty()) {
                result.add("");
                continue;
            }
            trail.dependsOnCpu |= TokenExpansion.hasToken(element, "PLATFORM");
            Optional<String> expanded = tokens.expand(element, owner.origin(), options.secure());
            if (expanded.isEmpty() || expanded.get().isEmpty() || !isTrusted(element, expanded.get(), owner)) {
                trail.refused.add(new ProbedPath(
                        element,
                        rule,
                        source,
                        ProbedPath.Refusal.UNKNOWN_TOKEN,
                        "a token without a value that may be used here"));
                continue;
            }
            result.add(withSlash(expanded.get()));
        }
        return List.copyOf(result);
    }

    /** Under secure execution the program's own origin must be below a system directory. */
    private boolean isTrusted(String element, String expanded, LoadedObject owner) {
        if (!options.secure() || owner.requester() != null || !TokenExpansion.hasToken(element, "ORIGIN")) {
            return true;
        }
        String normal = withSlash(normalize(expanded));
        return startsWithAny(normal, facts.systemDirectories());
    }

    private static boolean startsWithAny(String path, List<String> directories) {
        for (String directory : directories) {
            if (path.startsWith(directory)) {
                return true;
            }
        }
        return false;
    }

    /** {@code is_trusted_path_normalize}: "." and ".." are removed without looking at the files. */
    private static String normalize(String path) {
        Deque<String> parts = new ArrayDeque<>();
        for (String part : path.split("/")) {
            if (part.equals("..")) {
                parts.pollLast();
            } else if (!part.isEmpty() && !part.equals(".")) {
                parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static String withSlash(String directory) {
        int end = directory.length();
        while (end > 1 && directory.charAt(end - 1) == '/') {
            end--;
        }
        String text = directory.substring(0, end);
        return text.endsWith("/") ? text : text + "/";
    }

    private SearchResult open(String name, @Nullable LoadedObject requester, Trail trail)
            throws IOException, CrossbuildException {
        trail.dependsOnCpu = TokenExpansion.hasToken(name, "PLATFORM");
        Optional<String> path = requester == null ? Optional.of(name) : expand(name, requester);
        if (path.isEmpty()) {
            trail.refused.add(new ProbedPath(
                    name, SearchRule.PATH, null, ProbedPath.Refusal.UNKNOWN_TOKEN, "a token without a value"));
            return trail.end(null);
        }
        return trail.end(probe(path.get(), SearchRule.PATH, null, trail));
    }

    /** {@code open_path}. */
    private SearchResult.@Nullable Hit inDirectories(
            String name, SearchStep.Directories step, boolean preload, Trail trail)
            throws IOException, CrossbuildException {
        for (String directory : step.directories()) {
            String source = step.source() == null ? directory : step.source();
            trail.dependsOnCpu |= cpu.hasAny(view, options.absolute(directory));
            for (String below : cpu.existing(view, options.absolute(directory))) {
                String path = directory + below + name;
                int before = trail.refused.size();
                SearchResult.Hit hit = probe(path, step.rule(), source, trail);
                if (trail.fatal) {
                    return null;
                }
                if (hit != null
                        && preload
                        && options.secure()
                        && (hit.file().node().permissions() & 04000) == 0) {
                    trail.refused.add(new ProbedPath(
                            path, step.rule(), source, ProbedPath.Refusal.NOT_SECURE, "no set-user-ID bit"));
                    hit = null;
                }
                if (hit != null) {
                    return hit;
                }
                // The search continues in the list only after ENOENT, EACCES and ENOTDIR.
                if (trail.refused.size() > before
                        && trail.refused.get(trail.refused.size() - 1).refusal() == ProbedPath.Refusal.LINK_LOOP) {
                    return null;
                }
            }
        }
        return null;
    }

    private SearchResult.@Nullable Hit inCache(String name, SearchStep.Cache step, Trail trail)
            throws IOException, CrossbuildException {
        if (cache == null) {
            return null;
        }
        trail.dependsOnCpu |= cache.dependsOnCpu(name);
        LibraryCache.Entry entry = cache.search(name);
        if (entry == null) {
            return null;
        }
        String path = entry.path();
        if (startsWithAny(path, step.excluded())) {
            trail.refused.add(new ProbedPath(
                    path,
                    SearchRule.CACHE,
                    cachePath(),
                    ProbedPath.Refusal.EXCLUDED,
                    "in a system directory, which the requester excludes"));
            return null;
        }
        SearchResult.Hit hit = probe(path, SearchRule.CACHE, cachePath(), trail);
        if (hit == null) {
            return null;
        }
        boolean foundWithout = step.excluded().isEmpty() && path.equals(systemPath(name, trail.floatModes));
        return foundWithout
                ? hit
                : new SearchResult.Hit(hit.path(), hit.file(), hit.elf(), hit.rule(), hit.source(), entry);
    }

    /** The result of the system directories for a name: a copy needs the cache only for different results. */
    private @Nullable String systemPath(String name, int floatModes) throws IOException, CrossbuildException {
        SearchStep.Directories step =
                new SearchStep.Directories(SearchRule.SYSTEM_DIRECTORY, null, facts.systemDirectories());
        SearchResult.Hit hit = inDirectories(name, step, false, new Trail(floatModes));
        return hit == null ? null : hit.path();
    }

    /** {@code open_verify}. */
    private SearchResult.@Nullable Hit probe(String path, SearchRule rule, @Nullable String source, Trail trail)
            throws IOException, CrossbuildException {
        String absolute = options.absolute(path);
        TreeView.Lookup lookup = view.lookup(absolute);
        if (lookup instanceof TreeView.Absent absent) {
            trail.refused.add(new ProbedPath(absolute, rule, source, absent.refusal(), absent.detail()));
            return null;
        }
        TreeView.Present file = (TreeView.Present) lookup;
        if (!file.node().isRegular()) {
            trail.fatal = true;
            trail.refused.add(
                    new ProbedPath(absolute, rule, source, ProbedPath.Refusal.NOT_LOADABLE, "not a regular file"));
            return null;
        }
        TreeView.ElfAnswer answer = view.elf(file);
        Optional<AbiFilter.Objection> objection = filter.objection(answer, trail.floatModes);
        if (objection.isPresent()) {
            trail.fatal |= objection.get().refusal().isFatal();
            trail.refused.add(new ProbedPath(
                    absolute,
                    rule,
                    source,
                    objection.get().refusal(),
                    objection.get().detail()));
            return null;
        }
        return new SearchResult.Hit(absolute, file, ((TreeView.Elf) answer).file(), rule, source, null);
    }
}
