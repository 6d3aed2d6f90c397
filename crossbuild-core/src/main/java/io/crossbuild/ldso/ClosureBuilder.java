// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.MissingFile;
import io.crossbuild.closure.NeededCache;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.OpenRequest;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.RequestGraph;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.closure.SonameConflict;
import io.crossbuild.closure.StartProblem;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Collects the loaders' reports into a {@link Closure}. */
final class ClosureBuilder {
    private final Map<String, OpenedFile> files = new LinkedHashMap<>();
    private final Set<OpenRequest> requests = new LinkedHashSet<>();
    private final Map<MissingKey, MissingFile> missing = new LinkedHashMap<>();
    private final Set<RawProblem> problems = new LinkedHashSet<>();
    private final List<LinkMap> linkMaps = new ArrayList<>();
    private final Set<SkippedFile> skipped = new LinkedHashSet<>();
    private final Map<String, Map<String, SonameConflict.Candidate>> sonames = new LinkedHashMap<>();
    private final Set<CacheEntry> cacheEntries = new LinkedHashSet<>();
    private @Nullable String cachePath;
    private ByteOrder cacheOrder = ByteOrder.LITTLE_ENDIAN;

    /** A problem whose chain of requests is known only at the end. */
    private record RawProblem(StartProblem.Kind kind, String root, String file, String message) {}

    private record MissingKey(String root, String requester, String name) {}

    private record Question(String requester, String name) {}

    void opened(String path, TreeView.Present file, OpenReason reason) {
        if (!files.containsKey(path)) {
            files.put(path, new OpenedFile(path, file.canonicalPath(), file.links(), reason));
        }
    }

    void request(String path, OpenReason reason, List<ProbedPath> refused) {
        requests.add(new OpenRequest(path, reason, refused));
    }

    void missing(String root, String requester, String name, List<ProbedPath> probed) {
        missing.putIfAbsent(new MissingKey(root, requester, name), new MissingFile(root, requester, name, probed));
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

    /** An answer to an addon's request for a plain name. */
    void addonName(String name, String path, String root) {
        if (!name.contains("/")) {
            sonames.computeIfAbsent(name, n -> new LinkedHashMap<>())
                    .putIfAbsent(canonical(path), new SonameConflict.Candidate(path, root));
        }
    }

    void cacheEntry(String path, ByteOrder order, LibraryCache.Entry entry) {
        cachePath = path;
        cacheOrder = order;
        cacheEntries.add(new CacheEntry(
                entry.name(),
                entry.path(),
                entry.flags(),
                entry.subdirectory() == null ? entry.hwcap() : 0,
                entry.subdirectory(),
                entry.subdirectory() == null ? 0 : entry.isaLevel()));
    }

    Closure build() {
        List<MissingFile> absent = realMissing();
        for (MissingFile m : absent) {
            problem(MissingProblem.kind(m), m.root(), m.requester(), MissingProblem.message(m));
        }
        RequestGraph graph = new RequestGraph(requests);
        List<StartProblem> chained = new ArrayList<>();
        for (RawProblem p : problems) {
            chained.add(new StartProblem(p.kind(), p.root(), p.file(), graph.chain(p.root(), p.file()), p.message()));
        }
        List<SonameConflict> conflicts = new ArrayList<>();
        for (Map.Entry<String, Map<String, SonameConflict.Candidate>> soname : sonames.entrySet()) {
            if (soname.getValue().size() > 1) {
                conflicts.add(new SonameConflict(
                        soname.getKey(), List.copyOf(soname.getValue().values())));
            }
        }
        return new Closure(
                List.copyOf(files.values()),
                List.copyOf(requests),
                absent,
                conflicts,
                chained,
                List.copyOf(skipped),
                linkMaps,
                cachePath == null ? null : new NeededCache(cachePath, cacheOrder, List.copyOf(cacheEntries)),
                List.of());
    }

    /**
     * A library that is only ever loaded by another library may find its needs only through the other's RPATH; as a
     * separate addon it would seem to miss them.
     */
    private List<MissingFile> realMissing() {
        if (missing.isEmpty()) {
            return List.of();
        }
        Set<String> dependencies = new HashSet<>();
        Set<Question> answered = new HashSet<>();
        for (OpenRequest r : requests) {
            String requester = r.reason().requester();
            if (requester != null) {
                dependencies.add(canonical(r.path()));
                answered.add(new Question(canonical(requester), r.reason().name()));
            }
        }
        return missing.values().stream()
                .filter(m -> !(dependencies.contains(canonical(m.root()))
                        && answered.contains(new Question(canonical(m.requester()), m.name()))))
                .toList();
    }

    private String canonical(String path) {
        OpenedFile file = files.get(path);
        return file == null ? path : file.canonicalPath();
    }
}
