// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.aether.SessionData;

/**
 * Which execution extracts to which directory, for all modules that a Maven process builds. Safe for use by several
 * threads, since modules may be built at the same time.
 */
final class TargetRootClaims {
    private static final String KEY = TargetRootClaims.class.getName();

    private final List<List<String>> held;
    private final RealPaths paths;

    private TargetRootClaims(List<List<String>> held, RealPaths paths) {
        this.held = held;
        this.paths = paths;
    }

    /** The claims that are kept in the data of a Maven session. */
    @SuppressWarnings("unchecked")
    static TargetRootClaims of(SessionData data, RealPaths paths) {
        data.set(KEY, null, new ArrayList<List<String>>());
        return new TargetRootClaims((List<List<String>>) data.get(KEY), paths);
    }

    /** Two executions whose target roots conflict. */
    record Conflict(TargetRootClaim first, TargetRootClaim second) {
        /** One sentence. */
        String text() {
            return "target root '" + second.root() + "' of " + second.text() + " " + relation() + " of " + first.text()
                    + " (expected separate ones)";
        }

        private String relation() {
            if (first.root().equals(second.root())) {
                return "is also that";
            }
            String root = "'" + first.root() + "', that";
            if (second.root().startsWith(first.root())) {
                return "is inside " + root;
            }
            // They may differ only in case.
            return first.root().startsWith(second.root()) ? "contains " + root : "is the same as or inside " + root;
        }
    }

    /**
     * Records that an execution starts.
     *
     * @param planned all executions that Maven is going to run; requested once
     * @return two of the known executions that conflict
     */
    Optional<Conflict> begin(TargetRootClaim own, Supplier<List<TargetRootClaim>> planned) {
        synchronized (held) {
            if (held.isEmpty()) {
                planned.get().forEach(this::add);
            }
            // Plans may have changed in the meantime.
            held.removeIf(texts -> {
                TargetRootClaim claim = TargetRootClaim.of(texts);
                return !claim.begun() && claim.isSameExecution(own);
            });
            add(own);
            return conflict();
        }
    }

    private void add(TargetRootClaim claim) {
        if (!held.contains(claim.toTexts())) {
            held.add(claim.toTexts());
        }
    }

    private Optional<Conflict> conflict() {
        List<TargetRootClaim> claims = held.stream().map(TargetRootClaim::of).toList();
        for (int second = 1; second < claims.size(); second++) {
            for (TargetRootClaim first : claims.subList(0, second)) {
                if (claims.get(second).conflictsWith(first, paths)) {
                    return Optional.of(new Conflict(first, claims.get(second)));
                }
            }
        }
        return Optional.empty();
    }
}
