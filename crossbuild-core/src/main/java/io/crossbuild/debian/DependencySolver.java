// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.MalformedInputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;

/**
 * Chooses the packages for a first installation of some packages, without recommended ones.
 *
 * <p>As in apt, dependencies that can be met in only one way are settled first. Then, where there is a choice, it
 * prefers a package that is already chosen, then the first alternative, and among several packages that provide a name
 * the most important one. A choice that leads nowhere is undone. The result depends only on the index and the names.
 */
public final class DependencySolver {
    /** The maximum number of undone choices: only a bound, since the archive's own packages need none or a few. */
    private static final int MAX_RETREATS = 10_000;

    private final PackageIndex index;
    private final Candidates candidates;

    private DependencySolver(PackageIndex index) {
        this.index = index;
        this.candidates = new Candidates(index);
    }

    /**
     * Solves for some packages.
     *
     * @param requested names, {@code name:architecture} or {@code name=version}; their order does not matter
     * @return the packages to install, each one after those that it needs, except in dependency cycles
     * @throws ConfigException when a name is unknown or the packages cannot be installed together; the message says why
     */
    public static List<BinaryPackage> solve(PackageIndex index, Collection<String> requested)
            throws ConfigException, MalformedInputException {
        return new DependencySolver(index).solve(requested);
    }

    private List<BinaryPackage> solve(Collection<String> requested) throws ConfigException, MalformedInputException {
        List<BinaryPackage> roots = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        ChosenPackages selection = new ChosenPackages(candidates);
        for (String request : new TreeSet<>(requested)) {
            RequestedPackage wanted = RequestedPackage.find(request, index);
            if (wanted.problem() != null) {
                problems.add(wanted.problem());
                continue;
            }
            candidates.pin(wanted.candidate());
            roots.add(wanted.candidate());
            selection.await(Clause.of(null, wanted.relation(), List.of(wanted.candidate())));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException("packages", problems, AdviceKey.CORRECT_PACKAGES.advice());
        }
        search(selection);
        return new InstallOrder(selection, candidates).of(roots);
    }

    /** A state to return to, and the clause to meet in a different way from there. */
    private record Retreat(ChosenPackages.Mark mark, Clause clause) {}

    private static void search(ChosenPackages state) throws ConfigException, MalformedInputException {
        Deque<Retreat> retreats = new ArrayDeque<>();
        String firstProblem = null;
        int retreated = 0;
        Clause clause = state.next();
        while (clause != null) {
            if (state.meets(clause)) {
                clause = state.next();
                continue;
            }
            List<BinaryPackage> viable = state.viable(clause);
            if (!viable.isEmpty()) {
                if (viable.size() > 1) {
                    retreats.push(new Retreat(state.mark(), clause.without(viable.get(0))));
                }
                state.add(viable.get(0), clause);
                clause = state.next();
                continue;
            }
            // The first problem is the one of the preferred choices, so it is reported.
            firstProblem = firstProblem == null ? state.explain(clause) : firstProblem;
            if (retreats.isEmpty() || ++retreated > MAX_RETREATS) {
                throw new ConfigException("packages", List.of(firstProblem), AdviceKey.CHOOSE_PACKAGES.advice());
            }
            Retreat retreat = retreats.pop();
            state.goBackTo(retreat.mark());
            clause = retreat.clause();
        }
    }
}
