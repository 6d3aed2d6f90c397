// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The packages chosen so far, what they still need and what they conflict with. */
final class ChosenPackages {
    private final Candidates candidates;
    private final Map<String, BinaryPackage> chosen = new HashMap<>();
    /** The reason for which each package was chosen, by its name. */
    private final Map<String, Clause> reasons = new HashMap<>();
    /** Chosen packages by each name that they have or provide. */
    private final Map<String, List<BinaryPackage>> bearers = new HashMap<>();
    /** Chosen packages by each name that they conflict with. */
    private final Map<String, List<BinaryPackage>> opponents = new HashMap<>();
    /** The names of the chosen packages in the order of choice. */
    private final List<String> trail = new ArrayList<>();
    /** Clauses that can be met in one way or not at all. */
    private final List<Clause> certain = new ArrayList<>();

    private final List<Clause> choices = new ArrayList<>();
    private int nextCertain;
    private int nextChoice;

    ChosenPackages(Candidates candidates) {
        this.candidates = candidates;
    }

    /** A state to return to: since everything is append-only, lengths are enough. */
    record Mark(int trail, int certain, int choices, int nextCertain, int nextChoice) {}

    Mark mark() {
        return new Mark(trail.size(), certain.size(), choices.size(), nextCertain, nextChoice);
    }

    void goBackTo(Mark mark) {
        while (trail.size() > mark.trail()) {
            remove(trail.remove(trail.size() - 1));
        }
        certain.subList(mark.certain(), certain.size()).clear();
        choices.subList(mark.choices(), choices.size()).clear();
        nextCertain = mark.nextCertain();
        nextChoice = mark.nextChoice();
    }

    /** Adds a clause that must be met. */
    void await(Clause clause) {
        (clause.open().size() <= 1 ? certain : choices).add(clause);
    }

    /** Takes the next clause to process; null when all are met. */
    @Nullable Clause next() {
        if (nextCertain < certain.size()) {
            return certain.get(nextCertain++);
        }
        return nextChoice < choices.size() ? choices.get(nextChoice++) : null;
    }

    boolean meets(Clause clause) {
        return clause.meeting().stream().anyMatch(this::has);
    }

    private boolean has(BinaryPackage one) {
        return one.equals(chosen.get(one.name()));
    }

    Optional<BinaryPackage> get(String name) {
        return Optional.ofNullable(chosen.get(name));
    }

    /** The packages that may still be chosen for a clause and do not conflict with chosen ones. */
    List<BinaryPackage> viable(Clause clause) {
        return clause.open().stream().filter(c -> opposition(c).isEmpty()).toList();
    }

    void add(BinaryPackage one, Clause reason) throws MalformedInputException {
        chosen.put(one.name(), one);
        trail.add(one.name());
        reasons.put(one.name(), reason);
        note(bearers, one.name(), one);
        one.provides().forEach(p -> note(bearers, p.name(), one));
        one.against().forEach(r -> note(opponents, r.name(), one));
        for (Dependency need : one.needs()) {
            await(Clause.of(one, need, candidates.of(need)));
        }
    }

    private void remove(String name) {
        BinaryPackage one = chosen.remove(name);
        reasons.remove(name);
        if (one != null) {
            forget(bearers, name, one);
            one.provides().forEach(p -> forget(bearers, p.name(), one));
            one.against().forEach(r -> forget(opponents, r.name(), one));
        }
    }

    private static void forget(Map<String, List<BinaryPackage>> map, String name, BinaryPackage one) {
        map.getOrDefault(name, List.of()).removeIf(one::equals);
    }

    private static void note(Map<String, List<BinaryPackage>> map, String name, BinaryPackage one) {
        map.computeIfAbsent(name, n -> new ArrayList<>()).add(one);
    }

    /** Why a package cannot be chosen in addition to the chosen ones; empty when it can. */
    private Optional<String> opposition(BinaryPackage one) {
        BinaryPackage same = chosen.get(one.name());
        if (same != null) {
            return same.equals(one)
                    ? Optional.empty()
                    : Optional.of("version " + same.version() + " is already chosen");
        }
        for (PackageRelation relation : one.against()) {
            for (BinaryPackage other : bearers.getOrDefault(relation.name(), List.of())) {
                if (candidates.means(relation, other)) {
                    return Optional.of(one.name() + " conflicts with " + other.name() + ", which is chosen for "
                            + chain(other.name()));
                }
            }
        }
        List<String> names = new ArrayList<>(List.of(one.name()));
        one.provides().forEach(p -> names.add(p.name()));
        for (String name : names) {
            for (BinaryPackage other : opponents.getOrDefault(name, List.of())) {
                if (other.against().stream().anyMatch(r -> r.name().equals(name) && candidates.means(r, one))) {
                    return Optional.of(other.name() + ", which is chosen for " + chain(other.name())
                            + ", conflicts with " + one.name());
                }
            }
        }
        return Optional.empty();
    }

    /** One sentence on why no package can be chosen for a clause. */
    String explain(Clause clause) throws MalformedInputException {
        String wanted = clause.by() == null
                ? "'" + clause.dependency() + "'"
                : chain(clause.by().name()) + " needs '" + clause.dependency() + "'";
        if (clause.meeting().isEmpty()) {
            return wanted + ": " + offered(clause.dependency());
        }
        List<String> reasons = new ArrayList<>();
        for (BinaryPackage one : clause.meeting()) {
            opposition(one).ifPresent(reasons::add);
        }
        return wanted + ": " + String.join("; ", reasons);
    }

    private String offered(Dependency dependency) throws MalformedInputException {
        List<String> known = new ArrayList<>();
        for (PackageRelation relation : dependency.alternatives()) {
            candidates.versions(relation.name()).forEach(p -> known.add(p.name() + " " + p.version()));
        }
        return known.isEmpty() ? "the archive has no such package" : "the archive has " + String.join(" and ", known);
    }

    /** The chain of packages from a request down to a package, each needed by the previous one. */
    private String chain(String name) {
        List<String> names = new ArrayList<>();
        String at = name;
        while (at != null && !names.contains(at)) {
            names.add(0, at);
            Clause reason = reasons.get(at);
            at = reason == null || reason.by() == null ? null : reason.by().name();
        }
        return names.stream().map(n -> "'" + n + "'").collect(Collectors.joining(" -> "));
    }
}
