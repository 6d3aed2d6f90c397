// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The requests as a graph from requesters to files. */
final class RequestGraph {
    private final Map<String, List<Request>> byPath = new HashMap<>();

    RequestGraph(Collection<Request> requests) {
        for (Request r : requests) {
            byPath.computeIfAbsent(r.path(), p -> new ArrayList<>()).add(r);
        }
    }

    /** The shortest chain of paths from a root to a file, both included; the file alone when there is none. */
    List<String> chain(String root, String file) {
        List<String> result = new ArrayList<>();
        if (!file.equals(root)) {
            for (Request r : shortest(file, root::equals).orElse(List.of())) {
                if (r.reason().requester() != null) {
                    result.add(r.reason().requester());
                }
            }
        }
        result.add(file);
        return result;
    }

    /** The shortest chain of requests from a root, which nobody requests, to a file; empty when there is none. */
    List<Request> fromAnyRoot(String file) {
        for (Request r : byPath.getOrDefault(file, List.of())) {
            if (r.reason().requester() == null) {
                return List.of(r);
            }
        }
        List<Request> chain = shortest(file, this::isRoot).orElse(List.of());
        if (chain.isEmpty()) {
            return chain;
        }
        List<Request> result = new ArrayList<>();
        String root = chain.get(0).reason().requester();
        for (Request r : root == null ? List.<Request>of() : byPath.getOrDefault(root, List.of())) {
            if (r.reason().requester() == null) {
                result.add(r);
                break;
            }
        }
        result.addAll(chain);
        return result;
    }

    private boolean isRoot(String path) {
        return byPath.getOrDefault(path, List.of()).stream()
                .anyMatch(r -> r.reason().requester() == null);
    }

    /** Breadth first from the file upward; the requests come in the order from the end found to the file. */
    private Optional<List<Request>> shortest(String file, Predicate<String> isEnd) {
        Map<String, Request> down = new HashMap<>();
        Deque<String> queue = new ArrayDeque<>(List.of(file));
        while (!queue.isEmpty()) {
            String at = queue.remove();
            for (Request r : byPath.getOrDefault(at, List.of())) {
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

    private static List<Request> unwind(Map<String, Request> down, String from, String file) {
        List<Request> chain = new ArrayList<>();
        for (String at = from; !at.equals(file); ) {
            Request r = down.get(at);
            if (r == null) {
                break;
            }
            chain.add(r);
            at = r.path();
        }
        return chain;
    }
}
