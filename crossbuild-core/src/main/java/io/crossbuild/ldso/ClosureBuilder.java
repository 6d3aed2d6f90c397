// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Collects what loaders report into a {@link Closure}. */
final class ClosureBuilder {
    private final Map<String, OpenedFile> files = new LinkedHashMap<>();
    private final Set<Request> requests = new LinkedHashSet<>();
    private final Map<String, MissingFile> missing = new LinkedHashMap<>();
    private final Set<RawProblem> problems = new LinkedHashSet<>();
    private final List<LinkMap> linkMaps = new ArrayList<>();
    private final List<SkippedFile> skipped = new ArrayList<>();
    private final Map<String, Map<String, SonameConflict.Candidate>> sonames = new LinkedHashMap<>();

    /** A problem whose chain of requests is known only at the end. */
    private record RawProblem(StartProblem.Kind kind, String root, String file, String message) {}

    void opened(String path, TreeView.Present file, Reason reason) {
        files.computeIfAbsent(path, p -> new OpenedFile(p, file.canonicalPath(), file.links(), reason));
    }

    void request(String path, Reason reason, List<ProbedPath> refused) {
        requests.add(new Request(path, reason, refused));
    }

    void missing(String root, String requester, String name, List<ProbedPath> probed) {
        missing.putIfAbsent(requester + "\0" + name, new MissingFile(root, requester, name, probed));
    }

    void problem(StartProblem.Kind kind, String root, String file, String message) {
        problems.add(new RawProblem(kind, root, file, message));
    }

    void linkMap(LinkMap map) {
        linkMaps.add(map);
    }

    void skipped(SkippedFile file) {
        skipped.add(file);
    }

    /** An object that an addon brought under a name. */
    void soname(String name, String canonicalPath, String root) {
        sonames.computeIfAbsent(name, n -> new LinkedHashMap<>())
                .putIfAbsent(canonicalPath, new SonameConflict.Candidate(canonicalPath, root));
    }

    Closure build() {
        Map<String, List<String>> requesters = new HashMap<>();
        for (Request r : requests) {
            if (r.reason().requester() != null) {
                requesters
                        .computeIfAbsent(r.path(), p -> new ArrayList<>())
                        .add(r.reason().requester());
            }
        }
        List<StartProblem> chained = new ArrayList<>();
        for (RawProblem p : problems) {
            chained.add(
                    new StartProblem(p.kind(), p.root(), p.file(), chain(requesters, p.root(), p.file()), p.message()));
        }
        List<SonameConflict> conflicts = new ArrayList<>();
        sonames.forEach((name, candidates) -> {
            if (candidates.size() > 1) {
                conflicts.add(new SonameConflict(name, List.copyOf(candidates.values())));
            }
        });
        return new Closure(
                List.copyOf(files.values()),
                List.copyOf(requests),
                List.copyOf(missing.values()),
                conflicts,
                chained,
                skipped,
                linkMaps);
    }

    /** The shortest chain of requesters from a root to a file; the file alone when there is none. */
    private static List<String> chain(Map<String, List<String>> requesters, String root, String file) {
        Map<String, String> next = new HashMap<>();
        Deque<String> queue = new ArrayDeque<>(List.of(file));
        next.put(file, file);
        while (!queue.isEmpty()) {
            String at = queue.remove();
            if (at.equals(root)) {
                List<String> chain = new ArrayList<>(List.of(at));
                for (String f = at; !f.equals(file); ) {
                    f = next.getOrDefault(f, file);
                    chain.add(f);
                }
                return chain;
            }
            for (String requester : requesters.getOrDefault(at, List.of())) {
                if (next.putIfAbsent(requester, at) == null) {
                    queue.add(requester);
                }
            }
        }
        return List.of(file);
    }
}
