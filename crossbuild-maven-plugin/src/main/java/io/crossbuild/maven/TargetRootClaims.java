// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.eclipse.aether.SessionData;

/**
 * Which execution extracts to which directory, of all modules that one Maven builds. Safe for use by several threads, as
 * modules may be built at the same time.
 */
final class TargetRootClaims {
    private static final String KEY = TargetRootClaims.class.getName();

    private final List<List<String>> held;
    private final RealPaths paths;

    private TargetRootClaims(List<List<String>> held, RealPaths paths) {
        this.held = held;
        this.paths = paths;
    }

    /** Those that are kept in the data of a session of Maven. */
    @SuppressWarnings("unchecked")
    static TargetRootClaims of(SessionData data, RealPaths paths) {
        data.set(KEY, null, new ArrayList<List<String>>());
        return new TargetRootClaims((List<List<String>>) data.get(KEY), paths);
    }

    /** Two executions that must not extract to where they do. */
    record Conflict(TargetRootClaim first, TargetRootClaim second) {
        /** One sentence. */
        String text() {
            return "target root '" + second.root() + "' of " + second.text() + " " + relation() + " of " + first.text()
                    + " (expected one for each)";
        }

        private String relation() {
            if (first.root().equals(second.root())) {
                return "is also that";
            }
            String root = "'" + first.root() + "', that";
            if (second.root().startsWith(first.root())) {
                return "is inside " + root;
            }
            // They may differ in case alone.
            return first.root().startsWith(second.root()) ? "is around " + root : "is one with or inside " + root;
        }
    }

    /**
     * Says that an execution begins.
     *
     * @param planned all that Maven is going to run; asked for once
     * @return two executions, of all that are known, that conflict
     */
    Optional<Conflict> begin(TargetRootClaim own, Supplier<List<TargetRootClaim>> planned) {
        synchronized (held) {
            if (held.isEmpty()) {
                planned.get().forEach(this::add);
            }
            // What was planned may have been decided otherwise meanwhile.
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
