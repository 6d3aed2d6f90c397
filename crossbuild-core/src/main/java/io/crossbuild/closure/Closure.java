// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import io.crossbuild.tree.TreePaths;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Every file that is needed to start a program and open its addons, and what prevents it.
 *
 * @param files in the order of opening, each path once
 * @param requests every request to the loader that was answered
 * @param missing names for which no file was found
 * @param conflicts names for which addons bring different files
 * @param problems why a program would not start or an addon would not open; includes one for each missing file
 * @param skipped addons that were left out
 * @param linkMaps the objects that the loader holds, for the program and then for each addon
 * @param neededCache the cache that a copy needs; null when it needs none
 * @param provided libraries that are missing unless the program opens another object first
 */
public record Closure(
        List<OpenedFile> files,
        List<OpenRequest> requests,
        List<MissingFile> missing,
        List<SonameConflict> conflicts,
        List<StartProblem> problems,
        List<SkippedFile> skipped,
        List<LinkMap> linkMaps,
        @Nullable NeededCache neededCache,
        List<ProvidedLibrary> provided) {
    public Closure {
        files = List.copyOf(files);
        requests = List.copyOf(requests);
        missing = List.copyOf(missing);
        conflicts = List.copyOf(conflicts);
        problems = List.copyOf(problems);
        skipped = List.copyOf(skipped);
        linkMaps = List.copyOf(linkMaps);
        provided = List.copyOf(provided);
    }

    /** The same in which some missing files are provided. */
    public Closure without(List<MissingFile> absent, List<StartProblem> remaining, List<ProvidedLibrary> later) {
        return new Closure(files, requests, absent, conflicts, remaining, skipped, linkMaps, neededCache, later);
    }

    /** The same with other files and requests. */
    public Closure with(List<OpenedFile> otherFiles, List<OpenRequest> otherRequests) {
        return new Closure(
                otherFiles, otherRequests, missing, conflicts, problems, skipped, linkMaps, neededCache, provided);
    }

    /**
     * Why a file is here: the shortest chain of requests from a program or addon to it.
     *
     * @param path as opened or canonical
     * @return the requests in order, the last one for the file; empty when the file is not in the closure
     */
    public List<OpenRequest> why(String path) {
        RequestGraph graph = new RequestGraph(requests);
        List<OpenRequest> best = graph.fromAnyRoot(path);
        for (OpenedFile f : files) {
            if (f.canonicalPath().equals(path) || f.links().contains(path)) {
                List<OpenRequest> chain = graph.fromAnyRoot(f.path());
                best = best.isEmpty() || (!chain.isEmpty() && chain.size() < best.size()) ? chain : best;
            }
        }
        return best;
    }

    /**
     * Every chain of requests from a program or addon to a file, the shortest first.
     *
     * @param file a path as opened or canonical, a link on the way, the requested name, or the last component
     * @param most the maximum number of chains; there may be very many
     * @return each chain in order, the last request for the file; empty when the file is not in the closure
     */
    public List<List<OpenRequest>> chains(String file, int most) {
        Set<String> paths = new LinkedHashSet<>();
        for (OpenedFile f : files) {
            if (f.path().equals(file)
                    || f.canonicalPath().equals(file)
                    || f.links().contains(file)
                    || TreePaths.name(f.path()).equals(file)
                    || TreePaths.name(f.canonicalPath()).equals(file)) {
                paths.add(f.path());
            }
        }
        requests.stream().filter(r -> r.reason().name().equals(file)).forEach(r -> paths.add(r.path()));
        return new RequestGraph(requests).chains(paths, most);
    }

    /**
     * Why a name did not lead to a different file: each path that was tried for it and rejected, over all requesters,
     * in order.
     *
     * @param name as in {@code DT_NEEDED}, such as "libssl.so.3"
     * @return empty when no file requested the name, or the first path tried was used each time
     */
    public List<ProbedPath> whyNot(String name) {
        Set<ProbedPath> result = new LinkedHashSet<>();
        missing.stream().filter(m -> m.name().equals(name)).forEach(m -> result.addAll(m.probed()));
        requests.stream().filter(r -> r.reason().name().equals(name)).forEach(r -> result.addAll(r.refused()));
        return List.copyOf(result);
    }
}
