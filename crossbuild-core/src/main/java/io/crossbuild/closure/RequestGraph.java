// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The requests as a graph from requesters to files. */
public final class RequestGraph {
    /** The number of chains grows exponentially with the depth. */
    private static final int MAX_TRIED = 100_000;

    private final Map<String, List<OpenRequest>> byPath = new HashMap<>();

    /** Keeps what matters of the requests. */
    public RequestGraph(Collection<OpenRequest> requests) {
        for (OpenRequest r : requests) {
            List<OpenRequest> known = byPath.get(r.path());
            if (known == null) {
                known = new ArrayList<>(1);
                byPath.put(r.path(), known);
            }
            known.add(r);
        }
    }

    /** The shortest chain of paths from a root to a file, both included; the file alone when there is none. */
    public List<String> chain(String root, String file) {
        List<String> result = new ArrayList<>();
        if (!file.equals(root)) {
            for (OpenRequest r : shortest(file, root::equals).orElse(List.of())) {
                if (r.reason().requester() != null) {
                    result.add(r.reason().requester());
                }
            }
        }
        result.add(file);
        return result;
    }

    /** The shortest chain of requests from a root, which has no requester, to a file; empty when there is none. */
    List<OpenRequest> fromAnyRoot(String file) {
        for (OpenRequest r : byPath.getOrDefault(file, List.of())) {
            if (r.reason().requester() == null) {
                return List.of(r);
            }
        }
        List<OpenRequest> chain = shortest(file, this::isRoot).orElse(List.of());
        if (chain.isEmpty()) {
            return chain;
        }
        List<OpenRequest> result = new ArrayList<>();
        String root = chain.get(0).reason().requester();
        for (OpenRequest r : root == null ? List.<OpenRequest>of() : byPath.getOrDefault(root, List.of())) {
            if (r.reason().requester() == null) {
                result.add(r);
                break;
            }
        }
        result.addAll(chain);
        return result;
    }

    /** A chain in the making: a request, and the rest of the chain below it. */
    private record Link(OpenRequest request, @Nullable Link below) {
        boolean holds(String path) {
            for (Link link = this; link != null; link = link.below) {
                if (link.request.path().equals(path)) {
                    return true;
                }
            }
            return false;
        }

        List<OpenRequest> unroll() {
            List<OpenRequest> chain = new ArrayList<>();
            for (Link link = this; link != null; link = link.below) {
                chain.add(link.request);
            }
            return chain;
        }
    }

    /** Every chain without a cycle from a root, which has no requester, to one of the files, the shortest first. */
    List<List<OpenRequest>> chains(Collection<String> files, int most) {
        List<List<OpenRequest>> chains = new ArrayList<>();
        Deque<Link> queue = new ArrayDeque<>();
        files.forEach(f -> byPath.getOrDefault(f, List.of()).forEach(r -> queue.add(new Link(r, null))));
        int tried = 0;
        while (!queue.isEmpty() && chains.size() < most && tried++ < MAX_TRIED) {
            Link link = queue.remove();
            String requester = link.request().reason().requester();
            if (requester == null) {
                chains.add(link.unroll());
            } else if (!link.holds(requester)) {
                byPath.getOrDefault(requester, List.of()).forEach(r -> queue.add(new Link(r, link)));
            }
        }
        return chains;
    }

    private boolean isRoot(String path) {
        return byPath.getOrDefault(path, List.of()).stream()
                .anyMatch(r -> r.reason().requester() == null);
    }

    /**
     * Breadth-first from the file upward; the requests are returned in order, from the end that was found down to the
     * file.
     */
    private Optional<List<OpenRequest>> shortest(String file, Predicate<String> isEnd) {
        Map<String, OpenRequest> down = new HashMap<>();
        Deque<String> queue = new ArrayDeque<>(List.of(file));
        while (!queue.isEmpty()) {
            String at = queue.remove();
            for (OpenRequest r : byPath.getOrDefault(at, List.of())) {
                String requester = r.reason().requester();
                if (requester == null || requester.equals(file) || down.putIfAbsent(requester, r) != null) {
                    continue;
                }
                if (isEnd.test(requester)) {
                    return Optional.of(unwind(down, requester, file));
                }
                queue.add(requester);
            }
        }
        return Optional.empty();
    }

    private static List<OpenRequest> unwind(Map<String, OpenRequest> down, String from, String file) {
        List<OpenRequest> chain = new ArrayList<>();
        for (String at = from; !at.equals(file); ) {
            OpenRequest r = down.get(at);
            if (r == null) {
                break;
            }
            chain.add(r);
            at = r.path();
        }
        return chain;
    }
}
