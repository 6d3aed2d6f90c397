// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.report;

import static io.crossbuild.event.TerminalText.visible;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.MissingFile;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.OpenRequest;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.NearestName;
import io.crossbuild.tree.TreePaths;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Why a file is in a closure, and why a name did not lead to a different file. */
public final class ClosureAnswers {
    /** More chains than a person reads. */
    static final int MOST_CHAINS = 50;

    private ClosureAnswers() {}

    /**
     * Every chain of requests that leads to a file, the shortest first; for a file that only a rule brings, with the
     * rule.
     *
     * @param file see {@link Closure#chains}
     * @throws ClosureException when it is not in the closure, and no rule brings it
     */
    public static List<String> why(ProgramClosure program, String file) throws ClosureException {
        List<String> lines = new ArrayList<>();
        for (List<OpenRequest> chain : chains(program, file)) {
            String indent = "";
            for (OpenRequest r : chain) {
                lines.add(indent + describe(r));
                indent += "    ";
            }
        }
        return lines;
    }

    static List<List<OpenRequest>> chains(ProgramClosure program, String file) throws ClosureException {
        List<List<OpenRequest>> chains = program.closure().chains(file, MOST_CHAINS);
        if (chains.isEmpty()) {
            chains = program.withRules().chains(file, MOST_CHAINS);
        }
        if (chains.isEmpty()) {
            Closure closure = program.withRules();
            Set<String> known = new LinkedHashSet<>();
            closure.files().forEach(f -> known.add(f.path()));
            closure.files().forEach(f -> known.add(TreePaths.name(f.path())));
            throw new ClosureException(
                    "Cannot tell why '" + visible(file) + "' is needed: it is not in the closure"
                            + NearestName.suggestion(file, known),
                    AdviceKey.NAME_AS_IN_TREE.advice());
        }
        return chains;
    }

    private static String describe(OpenRequest request) {
        OpenReason reason = request.reason();
        if (reason.requester() == null) {
            return visible(request.path()) + " [" + visible(rule(reason)) + "]";
        }
        String name = reason.name().equals(request.path()) ? "" : visible(reason.name()) + " => ";
        return name + visible(request.path()) + " [" + visible(rule(reason)) + "]";
    }

    private static String rule(OpenReason reason) {
        String source = reason.source();
        if (reason.rule() == SearchRule.RULE) {
            return reason.rule().text() + " " + source;
        }
        return reason.rule().text() + (source == null || source.equals(reason.requester()) ? "" : " of " + source);
    }

    /**
     * For each requester of a name, the paths that were tried, why they were rejected, and finally the path that was
     * used.
     *
     * @param name as it was requested, such as "libssl.so.3"
     * @throws ClosureException when no file requests the name
     */
    public static List<String> whyNot(Closure closure, String name) throws ClosureException {
        Set<String> lines = new LinkedHashSet<>();
        for (MissingFile m : closure.missing()) {
            if (m.name().equals(name)) {
                lines.add(visible(name) + " for " + visible(m.requester()) + ": not found");
                m.probed().forEach(p -> lines.add("    " + describe(p)));
            }
        }
        for (OpenRequest r : closure.requests()) {
            if (r.reason().name().equals(name)) {
                String requester = r.reason().requester();
                lines.add(visible(name) + (requester == null ? "" : " for " + visible(requester)) + ": "
                        + visible(r.path()) + " [" + visible(rule(r.reason())) + "]");
                r.refused().forEach(p -> lines.add("    before: " + describe(p)));
            }
        }
        if (lines.isEmpty()) {
            Set<String> known = new LinkedHashSet<>();
            closure.missing().forEach(m -> known.add(m.name()));
            closure.requests().forEach(r -> known.add(r.reason().name()));
            throw new ClosureException(
                    "Cannot tell why not '" + visible(name) + "': no file requests that name"
                            + NearestName.suggestion(name, known),
                    AdviceKey.NAME_AS_ASKED_FOR.advice());
        }
        return List.copyOf(lines);
    }

    /** One path that was rejected. */
    static String describe(ProbedPath probed) {
        String source = probed.source();
        String of = source == null || probed.path().startsWith(source) ? "" : " of " + visible(source);
        return visible(probed.path()) + " [" + probed.rule().text() + of + "]: " + visible(probed.detail());
    }
}
