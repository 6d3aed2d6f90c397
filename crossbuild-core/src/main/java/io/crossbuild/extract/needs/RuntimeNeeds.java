// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.RuleFile;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.plan.ExtractionReason;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.Planner;
import io.crossbuild.runtime.RuntimeDemand;
import io.crossbuild.runtime.RuntimeFile;
import io.crossbuild.runtime.RuntimeFiles;
import io.crossbuild.spec.RuntimeSource;
import io.crossbuild.tree.FileNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Plans the files that rules name for the files of a closure, and tells of them. */
public final class RuntimeNeeds {
    private static final String RULE = "rule ";
    private static final int EXECUTABLE = 0111;
    /** Directories of other people's code: what its scripts are for is unknown, and seldom what a program runs. */
    private static final Set<String> FOREIGN = Set.of(
            "node_modules",
            "site-packages",
            "dist-packages",
            "vendor",
            "test",
            "tests",
            "doc",
            "docs",
            "examples",
            ".git");

    private final Planner planner;
    private final RuntimeFiles rules;
    private final Set<RuntimeSource> sources;
    private final Predicate<String> isHome;
    private final BuildListener listener;
    private final List<RuntimeDemand> suggested = new ArrayList<>();
    private final Map<HintGroup, RuntimeDemand> groups = new EnumMap<>(HintGroup.class);
    private final Set<String> files = new LinkedHashSet<>();
    private final Set<String> directories = new LinkedHashSet<>();

    /** @param isHome whether the target of a path is relative to the guest's /root */
    RuntimeNeeds(
            Planner planner,
            RuntimeFiles rules,
            Set<RuntimeSource> sources,
            Predicate<String> isHome,
            BuildListener listener) {
        this.planner = planner;
        this.rules = rules;
        this.sources = sources;
        this.isHome = isHome;
        this.listener = listener;
    }

    /** Groups of hints that rules ask for, each with what asked first. */
    Map<HintGroup, RuntimeDemand> groups() {
        return groups;
    }

    /** Target paths at which files are opened, but for those in {@link #directories}. */
    Set<String> files() {
        return files;
    }

    /** Target paths of directories that were taken as a whole. */
    Set<String> directories() {
        return directories;
    }

    /** Plans what scripts among the selected files need to run. */
    void takeInterpreters() throws IOException, CrossbuildException {
        if (!sources.contains(RuntimeSource.RULES)) {
            return;
        }
        Map<String, FileNode> scripts = new LinkedHashMap<>();
        for (PlannedFile file : planner.plan().files()) {
            FileNode node = file.node();
            if (node.isRegular() && (node.permissions() & EXECUTABLE) != 0 && !isForeign(file.target())) {
                scripts.put(file.guest(), node);
            }
        }
        take(rules.interpreters(scripts));
    }

    /** Plans all files of the packages that own files of a closure, and of those that these need. */
    void takePackages(Collection<OpenedFile> files) throws IOException, CrossbuildException {
        if (sources.contains(RuntimeSource.PACKAGES)) {
            for (RuntimeDemand demand : rules.packages(files)) {
                take(demand);
            }
        }
    }

    /** Plans what files of a closure ask for; returns whether there was anything. */
    boolean take(Collection<OpenedFile> files) throws IOException, CrossbuildException {
        return !sources.isEmpty() && take(rules.next(files));
    }

    private boolean take(List<RuntimeDemand> demands) throws IOException, CrossbuildException {
        boolean any = false;
        for (RuntimeDemand demand : demands) {
            if (sources.contains(demand.required() ? RuntimeSource.RULES : RuntimeSource.PLUGINS)) {
                any |= take(demand);
            } else if (!demand.required() && sources.contains(RuntimeSource.RULES)) {
                suggested.add(demand);
            }
        }
        return any;
    }

    private boolean take(RuntimeDemand demand) throws IOException, CrossbuildException {
        demand.groups().forEach(group -> groups.putIfAbsent(group, demand));
        boolean any = false;
        ExtractionReason reason = new ExtractionReason(demand.trigger(), demand.what(), rule(demand));
        List<String> whole = whole(demand);
        int added = 0;
        long bytes = 0;
        for (RuntimeFile file : demand.files()) {
            boolean home = isHome.test(file.path());
            FileNode node = file.found().node();
            if (isNew(file, home)) {
                added += node.isDirectory() ? 0 : 1;
                bytes += node.isRegular() ? node.sizeBytes() : 0;
                any = true;
            }
            planner.takeFound(file.path(), file.found(), reason, home);
            if (!node.isDirectory()) {
                addTarget(planner.target(file.path(), home), whole);
                addTarget(planner.target(file.found().path(), home), whole);
            }
        }
        if (added > 0) {
            listener.onEvent(
                    new BuildEvent.RuntimeFilesAdded(demand.rule(), demand.what(), demand.trigger(), added, bytes));
        }
        return any;
    }

    private List<String> whole(RuntimeDemand demand) {
        List<String> whole = new ArrayList<>();
        for (String root : demand.roots()) {
            if (root.endsWith("/")) {
                String target = planner.target(root, isHome.test(root));
                directories.add(target);
                whole.add(target + "/");
            }
        }
        return whole;
    }

    private void addTarget(String target, List<String> whole) {
        if (whole.stream().noneMatch(target::startsWith)) {
            files.add(target);
        }
    }

    private boolean isNew(RuntimeFile file, boolean home) {
        Optional<PlannedFile> planned =
                planner.plan().at(planner.target(file.found().path(), home));
        return planned.isEmpty()
                || !planned.get().node().type().equals(file.found().node().type());
    }

    /** A planned file that is there by a rule; empty for any other. */
    public static Optional<RuleFile> ruleFile(PlannedFile file) {
        ExtractionReason reason = file.reason();
        if (!reason.rule().startsWith(RULE)) {
            return Optional.empty();
        }
        String rule = reason.rule().substring(RULE.length());
        int colon = rule.indexOf(": ");
        long bytes = file.node().isRegular() ? file.node().sizeBytes() : 0;
        return Optional.of(
                colon < 0
                        ? new RuleFile(file.guest(), rule, reason.name(), reason.requester(), bytes)
                        : new RuleFile(file.guest(), rule.substring(0, colon), rule.substring(colon + 2), null, bytes));
    }

    /** The rule as a reason in the manifest. */
    static String rule(RuntimeDemand demand) {
        return RULE + demand.rule();
    }

    /** Tells of groups that were taken, and of what was not taken; to be called when everything is planned. */
    void report() {
        for (RuntimeDemand demand : new LinkedHashSet<>(groups.values())) {
            int files = 0;
            long bytes = 0;
            for (PlannedFile file : planner.plan().files()) {
                if (!file.node().isDirectory() && file.reason().rule().startsWith(rule(demand) + ":")) {
                    files++;
                    bytes += file.node().isRegular() ? file.node().sizeBytes() : 0;
                }
            }
            if (files > 0) {
                listener.onEvent(
                        new BuildEvent.RuntimeFilesAdded(demand.rule(), demand.what(), demand.trigger(), files, bytes));
            }
        }
        reportSuggested();
    }

    private void reportSuggested() {
        for (RuntimeDemand demand : suggested) {
            int files = 0;
            long bytes = 0;
            for (RuntimeFile file : demand.files()) {
                if (isNew(file, isHome.test(file.path()))) {
                    FileNode node = file.found().node();
                    files += node.isDirectory() ? 0 : 1;
                    bytes += node.isRegular() ? node.sizeBytes() : 0;
                }
            }
            if (files > 0) {
                listener.onEvent(new BuildEvent.RuntimeFilesLeft(
                        demand.rule(), demand.what(), demand.trigger(), demand.roots(), files, bytes));
            }
        }
    }

    private static boolean isForeign(String path) {
        for (String name : path.split("/")) {
            if (FOREIGN.contains(name)) {
                return true;
            }
        }
        return false;
    }
}
