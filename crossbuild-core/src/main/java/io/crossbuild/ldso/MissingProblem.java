// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.MissingFile;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.closure.StartProblem;
import java.util.Optional;

/** The problem that a missing file causes, in words. */
final class MissingProblem {
    private MissingProblem() {}

    static StartProblem.Kind kind(MissingFile file) {
        if (isProgram(file)) {
            return StartProblem.Kind.MISSING_INTERPRETER;
        }
        Optional<ProbedPath> culprit = culprit(file);
        if (culprit.isEmpty()) {
            return StartProblem.Kind.MISSING_LIBRARY;
        }
        return switch (culprit.get().refusal()) {
            case NOT_LOADABLE -> StartProblem.Kind.NOT_LOADABLE;
            case DANGLING_LINK -> StartProblem.Kind.DANGLING_LINK;
            default -> StartProblem.Kind.WRONG_ARCHITECTURE;
        };
    }

    static String message(MissingFile file) {
        if (isProgram(file)) {
            return "Cannot start '" + file.name() + "' for '" + file.root() + "': not found at "
                    + file.probed().size() + " places (expected a program of that name in PATH)";
        }
        String start = "Cannot load '" + file.name() + "' for '" + file.requester() + "': ";
        Optional<ProbedPath> culprit = culprit(file);
        if (culprit.isEmpty()) {
            return start + "not found at " + file.probed().size() + " places (expected a library of that name)";
        }
        ProbedPath found = culprit.get();
        if (found.refusal() == ProbedPath.Refusal.DANGLING_LINK) {
            return start + found.detail() + " (expected a library)";
        }
        String expected = found.detail().contains("(expected") ? "" : " (expected a shared object)";
        return start + "'" + found.path() + "' is not a library for it: " + found.detail() + expected;
    }

    private static boolean isProgram(MissingFile file) {
        return file.probed().stream().anyMatch(p -> p.rule() == SearchRule.PROGRAM_PATH);
    }

    /** What was found instead of a library: preferably the file that ended the search, then one that was skipped. */
    private static Optional<ProbedPath> culprit(MissingFile file) {
        for (ProbedPath.Refusal refusal : new ProbedPath.Refusal[] {
            ProbedPath.Refusal.NOT_LOADABLE,
            ProbedPath.Refusal.OTHER_MACHINE,
            ProbedPath.Refusal.OTHER_CLASS,
            ProbedPath.Refusal.DANGLING_LINK
        }) {
            for (ProbedPath p : file.probed()) {
                if (p.refusal() == refusal) {
                    return Optional.of(p);
                }
            }
        }
        return Optional.empty();
    }
}
