// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.OpenRequest;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.RuleFile;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.dpkg.PackageDatabase;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.extract.needs.ClosureFiles;
import io.crossbuild.extract.needs.RuntimeNeeds;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.TargetPlan;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.hint.RuntimeHints;
import io.crossbuild.report.ProgramClosure;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Resolves a closure and collects what is known about its files: sizes, packages, and what else may be opened. */
public final class ClosureSurvey {
    private ClosureSurvey() {}

    /**
     * Resolves a request, without rules.
     *
     * @throws io.crossbuild.error.ClosureException when the program does not exist or is not a file
     */
    public static ProgramClosure of(FileTree tree, LoaderOptions options, ClosureRequest request)
            throws IOException, CrossbuildException {
        Closure closure = new ClosureResolver(tree, options).resolve(request);
        return of(tree, options, request, closure, closure, List.of());
    }

    /** What was found for a request, with what rules brought. */
    static ProgramClosure of(
            FileTree tree, LoaderOptions options, ClosureRequest request, ClosureFiles files, TargetPlan plan)
            throws IOException, CrossbuildException {
        if (files.requested().isEmpty() || files.whole().isEmpty()) {
            return of(tree, options, request);
        }
        List<RuleFile> byRules = new ArrayList<>();
        for (PlannedFile file : plan.files()) {
            if (!file.node().isDirectory()) {
                RuntimeNeeds.ruleFile(file).ifPresent(byRules::add);
            }
        }
        Closure whole = withRules(files.whole().get(), byRules);
        return of(tree, options, request, files.requested().get(), whole, byRules);
    }

    /** The closure in which files that rules bring are requested by what made the rule apply. */
    private static Closure withRules(Closure closure, List<RuleFile> byRules) {
        Set<String> known = new HashSet<>();
        closure.files().forEach(f -> known.add(f.path()));
        Map<String, OpenRequest> requests = new LinkedHashMap<>();
        List<OpenedFile> files = new ArrayList<>(closure.files());
        for (RuleFile f : byRules) {
            @Nullable String trigger = f.trigger();
            @Nullable String requester = trigger != null && known.contains(trigger) ? trigger : null;
            OpenReason reason = new OpenReason(requester, f.path(), SearchRule.RULE, f.rule() + ": " + f.what());
            requests.put(f.path(), new OpenRequest(f.path(), reason, List.of()));
            if (!known.contains(f.path())) {
                files.add(new OpenedFile(f.path(), f.path(), List.of(), reason));
            }
        }
        List<OpenRequest> all = new ArrayList<>();
        for (OpenRequest r : closure.requests()) {
            if (r.reason().rule() != SearchRule.ADDON || !requests.containsKey(r.path())) {
                all.add(r);
            }
        }
        all.addAll(requests.values());
        return closure.with(files, all);
    }

    private static ProgramClosure of(
            FileTree tree,
            LoaderOptions options,
            ClosureRequest request,
            Closure closure,
            Closure withRules,
            List<RuleFile> byRules)
            throws IOException, CrossbuildException {
        Set<String> paths = new LinkedHashSet<>();
        Map<String, Long> bytes = new LinkedHashMap<>();
        for (OpenedFile file : closure.files()) {
            paths.add(file.canonicalPath());
            paths.addAll(file.links());
            Optional<FileNode> node = TreePaths.find(tree, file.canonicalPath());
            bytes.put(file.canonicalPath(), node.map(FileNode::sizeBytes).orElse(0L));
        }
        Optional<PackageDatabase> packages = PackageDatabase.open(tree);
        return new ProgramClosure(
                request,
                closure,
                options.secure(),
                packages.isEmpty() ? Map.of() : packages.get().owners(paths),
                bytes,
                RuntimeHints.find(tree, options, request, closure, EnumSet.allOf(HintGroup.class)),
                withRules,
                byRules);
    }
}
