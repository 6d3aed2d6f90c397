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
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.plan.ExtractionReason;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.Planner;
import io.crossbuild.extract.plan.Selected;
import io.crossbuild.extract.plan.TargetPaths;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LibraryCacheWriter;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.hint.RuntimeHints;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans everything that the program and the shared objects among the selected files need, and what they may open at run
 * time, if it was requested.
 */
public final class ClosureFiles {
    private final FileTree tree;
    private final Planner planner;
    private final Set<HintGroup> include;
    private final BuildListener listener;
    private final boolean homeSelected;
    private final @Nullable String program;
    private final Set<String> files = new LinkedHashSet<>();
    private final Set<String> directories = new LinkedHashSet<>();
    private final Map<String, Hint> namedLibraries = new HashMap<>();
    private @Nullable Resolved resolved;
    private @Nullable CopyProof proof;

    private record Resolved(LoaderOptions loader, ClosureRequest request, Closure closure) {}

    /**
     * @param planner to which everything selected has been added
     * @param include the groups of files opened at run time that are also taken
     */
    public ClosureFiles(
            FileTree tree, List<Selected> selected, Planner planner, Set<HintGroup> include, BuildListener listener) {
        this.tree = tree;
        this.planner = planner;
        this.include = include;
        this.listener = listener;
        // The dependencies of a project in /root stay next to it.
        this.homeSelected = selected.stream().anyMatch(Selected::home);
        this.program = selected.stream()
                .filter(s -> s.key() == Selected.Key.PROGRAM)
                .map(Selected::guest)
                .findFirst()
                .orElse(null);
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
        if (program == null && request.addons().isEmpty()) {
            return;
        }
        ClosureResolver resolver = new ClosureResolver(tree, loader);
        Closure closure = resolver.resolve(request);
        resolved = new Resolved(loader, request, closure);
        ClosureRequest wider = takeHints(loader, request, closure);
        if (!include.isEmpty()) {
            closure = resolver.resolve(wider);
        }
        new ClosureReport(mustStart, listener).report(program, closure);
        for (OpenedFile file : closure.files()) {
            boolean home = isHome(file.path());
            @Nullable PlannedFile planned = planner.takePath(file.path(), home, reason(file));
            if (planned != null) {
                files.add(planner.target(file.path(), home));
                takeNamedData(file.path(), planned);
            }
        }
        takeCache(closure);
        proof = new CopyProof(mustStart, loader, wider, closure, this::isHome);
    }

    /** The target path at which a file is opened. */
    public String target(String path) {
        return planner.target(path, isHome(path));
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
     * #take}.
     */
    public Map<HintGroup, Integer> left() throws IOException, CrossbuildException {
        Resolved first = resolved;
        Set<HintGroup> others = EnumSet.allOf(HintGroup.class);
        others.removeAll(include);
        if (first == null || others.isEmpty()) {
            return Map.of();
        }
        Map<HintGroup, Integer> left = new EnumMap<>(HintGroup.class);
        for (Hint hint : RuntimeHints.find(tree, first.loader(), first.request(), first.closure(), others)) {
            int entries = hint.files().size()
                    + hint.directories().size()
                    + hint.addons().size()
                    + hint.libraries().size();
            left.merge(hint.group(), entries, Integer::sum);
        }
        return left;
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

    private boolean isHome(String path) {
        return homeSelected && path.startsWith(TargetPaths.HOME + "/");
    }

    /** Takes the files of hints; the loader's rules find the libraries. */
    private ClosureRequest takeHints(LoaderOptions loader, ClosureRequest request, Closure closure)
            throws IOException, CrossbuildException, InterruptedException {
        Set<String> addons = new LinkedHashSet<>();
        List<ClosureRequest.NamedLibrary> libraries = new ArrayList<>();
        if (include.isEmpty()) {
            return request;
        }
        for (Hint hint : RuntimeHints.find(tree, loader, request, closure, include)) {
            for (String path : hint.files()) {
                takeFile(path, hint);
            }
            for (String path : hint.addons()) {
                takeFile(path, hint);
                addons.add(path);
            }
            for (String path : hint.directories()) {
                planner.takeDirectory(path, new ExtractionReason(null, path, rule(hint)));
                directories.add(planner.target(path, false));
            }
            for (ClosureRequest.NamedLibrary library : hint.libraries()) {
                namedLibraries.putIfAbsent(library.name(), hint);
                libraries.add(library);
            }
        }
        addons.addAll(addons());
        return new ClosureRequest(program, List.copyOf(addons), libraries);
    }

    private void takeFile(String path, Hint hint) throws IOException, CrossbuildException {
        if (planner.takePath(path, false, new ExtractionReason(null, path, rule(hint))) != null) {
            files.add(planner.target(path, false));
        }
    }

    private static String rule(Hint hint) {
        return "include " + hint.group().text() + ": " + hint.reason();
    }

    private ExtractionReason reason(OpenedFile file) {
        String name = file.reason().name();
        @Nullable Hint hint = file.reason().rule() == SearchRule.OPENED_BY_NAME ? namedLibraries.get(name) : null;
        return new ExtractionReason(
                file.reason().requester(),
                name,
                hint == null ? file.reason().rule().text() : rule(hint));
    }

    private void takeNamedData(String requester, PlannedFile file) throws IOException, CrossbuildException {
        Set<String> named = NamedData.of(tree, file.node(), requester);
        for (String path : named) {
            if (planner.takePath(path, false, new ExtractionReason(requester, path, "data file named in it")) != null) {
                files.add(planner.target(path, false));
            }
        }
        if (!named.isEmpty()) {
            listener.onEvent(new BuildEvent.NamedFilesAdded(requester, List.copyOf(named)));
        }
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
