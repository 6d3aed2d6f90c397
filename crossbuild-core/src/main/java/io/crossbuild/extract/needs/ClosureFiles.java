// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.Hint;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.NeededCache;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.plan.ExtractionReason;
import io.crossbuild.extract.plan.Planner;
import io.crossbuild.extract.plan.Selected;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.CrossLibraries;
import io.crossbuild.ldso.LibraryCacheWriter;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.hint.RuntimeHints;
import io.crossbuild.runtime.RuntimeDemand;
import io.crossbuild.runtime.RuntimeFiles;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.RuntimeSource;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Plans everything that the program and the shared objects among the selected files need, and what they may open at run
 * time, if it was requested.
 */
public final class ClosureFiles {
    /** What a rule brings may make another one apply; more often than this in a row is a loop. */
    private static final int MAX_ROUNDS = 12;

    private final FileTree tree;
    private final Planner planner;
    private final Set<HintGroup> include;
    private final Set<RuntimeSource> sources;
    private final BuildListener listener;
    private final Predicate<String> isHome;
    private final @Nullable String program;
    /** The files that are named one by one. */
    private final Set<String> named = new HashSet<>();

    private final Set<String> files = new LinkedHashSet<>();
    private final Set<String> directories = new LinkedHashSet<>();
    private final Map<String, String> namedLibraries = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final Set<String> hintAddons = new LinkedHashSet<>();
    private final List<ClosureRequest.NamedLibrary> libraries = new ArrayList<>();
    private final RuntimeNeeds runtime;
    private final TracedFiles traced;
    private @Nullable Resolved resolved;
    private @Nullable Closure whole;
    private @Nullable CopyProof proof;

    private record Resolved(LoaderOptions loader, ClosureRequest request, Closure closure) {}

    /**
     * @param planner to which everything selected has been added
     * @param options which of the files opened at run time are also taken
     * @param env the program's environment
     * @param lines what was seen to be read
     */
    public ClosureFiles(
            FileTree tree,
            List<Selected> selected,
            Planner planner,
            ClosureOptions options,
            Map<String, String> env,
            List<TracedLine> lines,
            BuildListener listener)
            throws IOException, CrossbuildException {
        this.tree = tree;
        this.planner = planner;
        this.sources = options.sources();
        this.include = EnumSet.noneOf(HintGroup.class);
        this.include.addAll(options.include());
        if (sources.contains(RuntimeSource.PLUGINS)) {
            this.include.add(HintGroup.DLOPEN);
        }
        this.listener = listener;
        this.isHome = new HomePaths(tree, selected);
        this.program = selected.stream()
                .filter(s -> s.key() == Selected.Key.PROGRAM)
                .map(Selected::guest)
                .findFirst()
                .orElse(null);
        for (Selected one : selected) {
            if (one.key() == Selected.Key.FILES) {
                named.add(one.guest());
                if (TreePaths.resolve(tree, one.guest()) instanceof TreePaths.Found found) {
                    named.add(found.path());
                }
            }
        }
        this.runtime = new RuntimeNeeds(planner, new RuntimeFiles(tree, env, program), sources, isHome, listener);
        this.traced = new TracedFiles(tree, planner, lines, isHome, listener);
    }

    /** The request to the loader, for the selected programs and shared objects. */
    public ClosureRequest request() throws IOException, CrossbuildException, InterruptedException {
        return new ClosureRequest(program, addons(), List.of());
    }

    /**
     * Takes the files to which a request leads.
     *
     * @param request {@link #request}
     * @param mustStart whether it is an error when the program would not start
     * @throws ClosureException if it is an error
     */
    public void take(ClosureRequest request, LoaderOptions loader, boolean mustStart)
            throws IOException, CrossbuildException, InterruptedException {
        runtime.takeInterpreters();
        if (program == null && wider().addons().isEmpty()) {
            takeTraced();
            return;
        }
        ClosureResolver resolver = new ClosureResolver(tree, loader);
        Closure closure = resolver.resolve(request);
        new ClosureReport(mustStart, listener).report(program, named, closure);
        resolved = new Resolved(loader, request, closure);
        takeHints(loader, request, closure, include);
        runtime.takePackages(closure.files());
        ClosureRequest resolvedRequest = request;
        ClosureRequest wider = wider();
        for (int round = 0; round < MAX_ROUNDS; round++) {
            closure = wider.equals(resolvedRequest) ? closure : resolver.resolve(wider);
            resolvedRequest = wider;
            boolean more = runtime.take(CrossLibraries.own(tree, closure));
            Set<HintGroup> groups = EnumSet.noneOf(HintGroup.class);
            groups.addAll(runtime.groups().keySet());
            groups.removeAll(include);
            takeHints(loader, wider, closure, groups);
            include.addAll(groups);
            ClosureRequest next = wider();
            if (!more && next.equals(wider)) {
                break;
            }
            wider = next;
        }
        whole = closure;
        takeOpened(closure);
        files.addAll(runtime.files());
        directories.addAll(runtime.directories());
        // A cache that was read is taken as it is.
        takeTraced();
        takeCache(closure);
        runtime.report();
        planner.plan().files().forEach(f -> taken.add(f.guest()));
        proof = new CopyProof(mustStart, loader, wider, closure, isHome);
    }

    private void takeOpened(Closure closure) throws IOException, CrossbuildException {
        for (OpenedFile file : closure.files()) {
            boolean home = isHome.test(file.path());
            if (planner.takePath(file.path(), home, reason(file)) != null) {
                files.add(planner.target(file.path(), home));
            }
        }
    }

    private void takeTraced() throws IOException, CrossbuildException {
        traced.take();
        files.addAll(traced.targets());
    }

    /** The closure of the request, without what rules and groups brought; to be called after {@link #take}. */
    public Optional<Closure> requested() {
        return Optional.ofNullable(resolved).map(Resolved::closure);
    }

    /** The closure of everything; to be called after {@link #take}. */
    public Optional<Closure> whole() {
        return Optional.ofNullable(whole);
    }

    /** The target path at which a file is opened. */
    public String target(String path) {
        return planner.target(path, isHome.test(path));
    }

    /** Target paths at which files are opened. */
    public Set<String> files() {
        return files;
    }

    /** Target paths of directories that were taken as a whole. */
    public Set<String> directories() {
        return directories;
    }

    /**
     * How many entries of each group programs may open at run time that were not requested; to be called after {@link
     * #take}. None if the user relies on what was seen to be read.
     */
    public Map<HintGroup, Integer> left() throws IOException, CrossbuildException {
        Resolved first = resolved;
        Set<HintGroup> others = EnumSet.allOf(HintGroup.class);
        others.removeAll(include);
        if (first == null || others.isEmpty() || sources.contains(RuntimeSource.TRACED)) {
            return Map.of();
        }
        Map<HintGroup, Integer> left = new EnumMap<>(HintGroup.class);
        for (Hint hint : RuntimeHints.find(tree, first.loader(), first.request(), first.closure(), others)) {
            int entries = count(hint.files())
                    + count(hint.directories())
                    + count(hint.addons())
                    + hint.libraries().size();
            if (entries > 0) {
                left.merge(hint.group(), entries, Integer::sum);
            }
        }
        return left;
    }

    /** Those that were not taken by a rule or because the user selected them. */
    private int count(List<String> paths) throws IOException, CrossbuildException {
        int count = 0;
        for (String path : paths) {
            if (TreePaths.resolve(tree, path) instanceof TreePaths.Found found && !taken.contains(found.path())) {
                count++;
            }
        }
        return count;
    }

    /**
     * Applies the loader's rules again in the target root, where they must lead to the same files as in the guest.
     * Differences are an error if there is a program that must start, otherwise a warning.
     *
     * @param exact whether the target root has the same links as the guest
     * @throws ClosureException if it is an error
     */
    public void prove(Path targetRoot, boolean exact) throws IOException, CrossbuildException {
        if (proof != null) {
            proof.check(targetRoot, exact, listener);
        }
    }

    private List<String> addons() throws IOException, CrossbuildException, InterruptedException {
        return planner.loadable().stream().filter(a -> !a.equals(program)).toList();
    }

    /** Takes the files of hints; the loader's rules find the libraries. */
    private void takeHints(LoaderOptions loader, ClosureRequest request, Closure closure, Set<HintGroup> groups)
            throws IOException, CrossbuildException {
        if (groups.isEmpty()) {
            return;
        }
        for (Hint hint : RuntimeHints.find(tree, loader, request, closure, groups)) {
            for (String path : hint.files()) {
                takeFile(path, hint);
            }
            for (String path : hint.addons()) {
                takeFile(path, hint);
                hintAddons.add(path);
            }
            for (String path : hint.directories()) {
                planner.takeDirectory(path, new ExtractionReason(null, path, rule(hint)));
                directories.add(planner.target(path, false));
            }
            for (ClosureRequest.NamedLibrary library : hint.libraries()) {
                namedLibraries.putIfAbsent(library.name(), rule(hint));
                libraries.add(library);
            }
        }
    }

    /** With the shared objects and libraries that hints and rules brought. */
    private ClosureRequest wider() throws IOException, CrossbuildException, InterruptedException {
        Set<String> addons = new LinkedHashSet<>(hintAddons);
        addons.addAll(addons());
        return new ClosureRequest(program, List.copyOf(addons), libraries);
    }

    private void takeFile(String path, Hint hint) throws IOException, CrossbuildException {
        if (planner.takePath(path, false, new ExtractionReason(null, path, rule(hint))) != null) {
            files.add(planner.target(path, false));
        }
    }

    /** What asked for a group: the user, or a rule. */
    private String rule(Hint hint) {
        @Nullable RuntimeDemand demand = runtime.groups().get(hint.group());
        return demand == null || include.contains(hint.group())
                ? "include " + hint.group().text() + ": " + hint.reason()
                : RuntimeNeeds.rule(demand) + ": " + hint.reason();
    }

    private ExtractionReason reason(OpenedFile file) {
        String name = file.reason().name();
        @Nullable String rule = file.reason().rule() == SearchRule.OPENED_BY_NAME ? namedLibraries.get(name) : null;
        return new ExtractionReason(
                file.reason().requester(),
                name,
                rule == null ? file.reason().rule().text() : rule);
    }

    /**
     * Takes a cache with the libraries that are found only through it, unless the user extracts one: then the proof
     * says whether that one is sufficient.
     */
    private void takeCache(Closure closure) throws IOException, CrossbuildException {
        NeededCache cache = closure.neededCache();
        if (cache == null) {
            return;
        }
        // The time of the newest library, so that the same libraries result in the same file.
        Instant modified = Instant.EPOCH;
        for (CacheEntry entry : cache.entries()) {
            Instant library =
                    TreePaths.find(tree, entry.path()).map(FileNode::modified).orElse(Instant.EPOCH);
            modified = library.isAfter(modified) ? library : modified;
        }
        @Nullable String requester = closure.files().stream()
                .filter(f -> f.reason().rule() == SearchRule.CACHE)
                .map(f -> f.reason().requester())
                .findFirst()
                .orElse(null);
        ExtractionReason reason = new ExtractionReason(
                requester, cache.path(), "generated, for libraries that are found only through the cache");
        if (planner.takeInstead(
                        cache.path(), LibraryCacheWriter.write(cache.entries(), cache.byteOrder()), modified, reason)
                != null) {
            files.add(planner.target(cache.path(), false));
        }
    }
}
