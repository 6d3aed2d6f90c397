// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;

/** Puts packages after those that they need; a cycle starts with its first package found. */
final class InstallOrder {
    private final ChosenPackages selection;
    private final Candidates candidates;
    private final Set<BinaryPackage> met = new HashSet<>();
    private final List<BinaryPackage> order = new ArrayList<>();

    InstallOrder(ChosenPackages selection, Candidates candidates) {
        this.selection = selection;
        this.candidates = candidates;
    }

    /** A package whose needs are being processed. */
    private record Open(BinaryPackage one, Iterator<BinaryPackage> needs) {}

    List<BinaryPackage> of(List<BinaryPackage> roots) throws MalformedInputException {
        for (BinaryPackage root : roots) {
            visit(root);
        }
        return List.copyOf(order);
    }

    private void visit(BinaryPackage root) throws MalformedInputException {
        Deque<Open> path = new ArrayDeque<>();
        if (met.add(root)) {
            path.push(new Open(root, needs(root)));
        }
        while (!path.isEmpty()) {
            Open open = path.getFirst();
            if (!open.needs().hasNext()) {
                order.add(path.pop().one());
                continue;
            }
            BinaryPackage need = open.needs().next();
            if (met.add(need)) {
                path.push(new Open(need, needs(need)));
            }
        }
    }

    private Iterator<BinaryPackage> needs(BinaryPackage one) throws MalformedInputException {
        List<BinaryPackage> needs = new ArrayList<>();
        for (Dependency need : one.needs()) {
            for (BinaryPackage candidate : candidates.of(need)) {
                if (selection.get(candidate.name()).filter(candidate::equals).isPresent()) {
                    needs.add(candidate);
                }
            }
        }
        return needs.iterator();
    }
}
