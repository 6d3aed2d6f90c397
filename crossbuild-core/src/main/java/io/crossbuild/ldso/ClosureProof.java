// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.MissingFile;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.OpenRequest;
import io.crossbuild.closure.OpenedFile;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Whether the loader does the same in a copy of a closure as in the original tree: both are resolved, and every file
 * opened, every list of loaded objects and every missing name is compared.
 *
 * @param differences none when the copy is as good as the original
 */
public record ClosureProof(List<Difference> differences) {
    public ClosureProof {
        differences = List.copyOf(differences);
    }

    /** One way in which the copy behaves differently. */
    public record Difference(Kind kind, String path, String detail) {
        /** What differs. */
        public enum Kind {
            /** Opened in the original, not in the copy. */
            LOST,
            /** Opened in the copy alone. */
            ADDED,
            /** A name that the original finds and the copy does not. */
            MISSING,
            /** Other objects, or the same in another order. */
            LOADED_DIFFERENTLY
        }
    }

    /** Whether there is no difference. */
    public boolean holds() {
        return differences.isEmpty();
    }

    /**
     * Compares two closures.
     *
     * @param place where the copy has a file of the original, for absolute paths as they are opened
     */
    public static ClosureProof compare(Closure original, Closure copy, UnaryOperator<String> place) {
        List<Difference> differences = new ArrayList<>();
        Set<String> expected = new LinkedHashSet<>();
        original.files().forEach(f -> expected.add(place.apply(f.path())));
        Set<String> found = new LinkedHashSet<>();
        copy.files().forEach(f -> found.add(f.path()));
        Map<Question, OpenRequest> answers = new HashMap<>();
        copy.requests()
                .forEach(r -> answers.putIfAbsent(
                        new Question(r.reason().requester(), r.reason().name()), r));
        for (OpenedFile f : original.files()) {
            String path = place.apply(f.path());
            if (!found.contains(path)) {
                OpenReason reason = f.reason();
                String requester = reason.requester() == null ? null : place.apply(reason.requester());
                OpenRequest answer = answers.get(new Question(requester, reason.name()));
                String instead = answer == null
                        ? "; the copy opens none"
                        : "; the copy opens '" + answer.path() + "' by "
                                + answer.reason().rule().text();
                differences.add(new Difference(Difference.Kind.LOST, path, reason.describe() + instead));
            }
        }
        for (OpenedFile f : copy.files()) {
            if (!expected.contains(f.path())) {
                differences.add(new Difference(
                        Difference.Kind.ADDED, f.path(), f.reason().describe()));
            }
        }
        compareMissing(original, copy, place, differences);
        compareLinkMaps(original, copy, place, differences);
        return new ClosureProof(differences);
    }

    private record Question(@Nullable String requester, String name) {
        /** The one that a record gets is made when it is first called, which delays a cold start. */
        @Override
        public int hashCode() {
            return Objects.hashCode(requester) * 31 + name.hashCode();
        }

        /** As {@link #hashCode}. */
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Question that
                    && Objects.equals(requester, that.requester)
                    && name.equals(that.name);
        }
    }

    private static void compareMissing(
            Closure original, Closure copy, UnaryOperator<String> place, List<Difference> differences) {
        Set<Question> expected = new HashSet<>();
        original.missing().forEach(m -> expected.add(new Question(place.apply(m.requester()), m.name())));
        for (MissingFile m : copy.missing()) {
            if (!expected.contains(new Question(m.requester(), m.name()))) {
                differences.add(new Difference(Difference.Kind.MISSING, m.requester(), MissingProblem.message(m)));
            }
        }
    }

    private static void compareLinkMaps(
            Closure original, Closure copy, UnaryOperator<String> place, List<Difference> differences) {
        Map<String, LinkMap> found = new LinkedHashMap<>();
        copy.linkMaps().forEach(m -> found.put(m.root(), m));
        for (LinkMap map : original.linkMaps()) {
            String root = place.apply(map.root());
            List<LinkMap.Loaded> expected = new ArrayList<>();
            for (LinkMap.Loaded o : map.objects()) {
                String name = o.name().startsWith("/") ? place.apply(o.name()) : o.name();
                expected.add(new LinkMap.Loaded(name, o.path() == null ? null : place.apply(o.path())));
            }
            LinkMap other = found.get(root);
            if (other == null || !other.objects().equals(expected)) {
                differences.add(new Difference(
                        Difference.Kind.LOADED_DIFFERENTLY,
                        root,
                        firstDifference(other == null ? List.of() : other.objects(), expected)));
            }
        }
    }

    private static String firstDifference(List<LinkMap.Loaded> found, List<LinkMap.Loaded> expected) {
        int at = 0;
        while (at < Math.min(found.size(), expected.size()) && found.get(at).equals(expected.get(at))) {
            at++;
        }
        return "loads " + describe(found, at) + " (expected " + describe(expected, at) + ")";
    }

    private static String describe(List<LinkMap.Loaded> objects, int at) {
        if (at >= objects.size()) {
            return "no further object";
        }
        LinkMap.Loaded object = objects.get(at);
        return "'" + (object.path() == null ? object.name() + "' from nowhere" : object.path() + "'");
    }
}
