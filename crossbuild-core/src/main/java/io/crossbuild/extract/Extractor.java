// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.HintCount;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.event.Warning;
import io.crossbuild.extract.manifest.OwnFiles;
import io.crossbuild.extract.needs.ClosureFiles;
import io.crossbuild.extract.needs.FloorCheck;
import io.crossbuild.extract.needs.SecureExecution;
import io.crossbuild.extract.needs.TracedLine;
import io.crossbuild.extract.plan.FileOwners;
import io.crossbuild.extract.plan.GuestSelection;
import io.crossbuild.extract.plan.PlannedFile;
import io.crossbuild.extract.plan.Planner;
import io.crossbuild.extract.plan.Selected;
import io.crossbuild.extract.plan.TargetPaths;
import io.crossbuild.extract.plan.TargetPlan;
import io.crossbuild.extract.target.HostTraits;
import io.crossbuild.extract.target.KeptAttributes;
import io.crossbuild.extract.target.NameCheck;
import io.crossbuild.extract.target.StagedFiles;
import io.crossbuild.extract.target.TargetRoot;
import io.crossbuild.extract.target.Written;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.io.Workers;
import io.crossbuild.ldso.CrossLibraries;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.ScriptCommand;
import io.crossbuild.report.ProgramClosure;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.RuntimeSource;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Copies the files that a configuration names, with everything that the program needs to run, from a guest's file tree
 * into a directory of the host. Runs no code of the guest, and writes nothing outside that directory.
 */
public final class Extractor {
    private static final String THREADS = "crossbuild-extract";

    private final FileTree tree;
    private final BuildConfig config;
    private final ExtractionOptions options;
    private final List<TracedLine> traced;
    private final BuildListener listener;

    /** Without traced lines. */
    public Extractor(FileTree tree, BuildConfig config, ExtractionOptions options, BuildListener listener) {
        this(tree, config, options, List.of(), listener);
    }

    /**
     * @param tree stays open
     * @param traced what traced lines read, to be extracted too
     */
    public Extractor(
            FileTree tree,
            BuildConfig config,
            ExtractionOptions options,
            List<TracedLine> traced,
            BuildListener listener) {
        this.traced = traced;
        this.tree = tree;
        this.config = config;
        this.options = options;
        this.listener = listener;
    }

    /** Extracts without writing a record. */
    public ExtractionResult extractTo(Path targetRoot) throws IOException, CrossbuildException, InterruptedException {
        return extractTo(targetRoot, null, null);
    }

    /**
     * Extracts into a directory, which is made if it does not exist. Everything is checked and all content is copied to
     * a staging area before the first file is replaced, so a failure leaves the directory as it was. Files that an
     * earlier extraction wrote and this one does not are removed, unless they were changed since.
     *
     * @param inputs the inputs of this extraction, to be recorded for {@link UpToDateCheck}; null for no record
     * @param trace of everything that is read from the tree, to be recorded too; null for none
     * @throws ConfigException when the configuration names something that is not in the guest
     * @throws io.crossbuild.error.ClosureException when the program would not start, or when the loader would find
     *     different files in the directory than in the guest, which is known only after everything is written
     * @throws io.crossbuild.error.HostRequirementException when the host does not support a name, or something is in
     *     the way
     */
    public ExtractionResult extractTo(Path targetRoot, @Nullable ExtractionInputs inputs, @Nullable ReadTrace trace)
            throws IOException, CrossbuildException, InterruptedException {
        // Without a program, files for other architectures are results like any other, and have a closure.
        FileTree whole = config.program() == null ? CrossLibraries.over(tree) : tree;
        if (whole != tree) {
            return new Extractor(whole, config, options, listener).extractTo(targetRoot, inputs, trace);
        }
        Path root = targetRoot.toAbsolutePath().normalize();
        long start = System.nanoTime();
        Phase phase = new Phase.Extract(root);
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        ExtractionResult result;
        try (Workers workers = new Workers(THREADS)) {
            result = extractTo(root, inputs, trace, workers);
        }
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
        return result;
    }

    private ExtractionResult extractTo(
            Path root, @Nullable ExtractionInputs inputs, @Nullable ReadTrace trace, Workers workers)
            throws IOException, CrossbuildException, InterruptedException {
        workers.start(Sha256Digest::warmUp);
        TargetPaths targetPaths = new TargetPaths(tree);
        List<Selected> selected = new GuestSelection(tree, config, targetPaths).select();
        HostTraits traits = HostTraits.of(root);
        boolean follow = options.links() == ExtractionOptions.Links.FOLLOW || !traits.symlinks();
        Planner planner = planner(selected, targetPaths, follow, workers);
        ClosureFiles closure = closureFiles(selected, planner);
        ClosureRequest request = closure.request();
        closure.take(
                request, loaderOptions(request), options.closure().startCheck() == ClosureOptions.StartCheck.ERROR);
        if (closure.requested().isPresent()) {
            tellCrossLibraries(closure.requested().get());
            new FloorCheck(tree, workers, listener)
                    .check(request, closure.requested().get(), options.closure());
        }
        TargetPlan plan = planner.plan();
        plan.finish();
        leaveOut(plan, request, traits);
        // The results of these two are needed only after staging.
        FileOwners owners = new FileOwners(tree, plan, this::realPath);
        Future<Map<String, InstalledPackage>> foundOwners = workers.submit(owners::find);
        Future<List<HintCount>> left = workers.submit(() -> counts(closure.left()));
        NameCheck.checkReserved(plan.files());
        NameCheck.check(plan.files(), traits);
        reportPlan(planner);
        String run = runConfiguration(planner, selected, closure);
        try (TargetRoot target = TargetRoot.open(root, listener)) {
            RecordUpdate update = new RecordUpdate(target.own(), inputs, trace);
            StagedFiles staged = target.stage(
                    plan,
                    update.previousFiles(listener),
                    traits,
                    new KeptAttributes(options.outputTimestamp(), options.keepSetId()),
                    options.maxBytes(),
                    workers);
            Map<String, InstalledPackage> packages = Workers.await(foundOwners);
            List<HintCount> groups = Workers.await(left);
            Written written = staged.commit(packages, run);
            owners.warn(listener);
            boolean exact = !follow && !traits.mergesNames() && traits.unixModes();
            closure.prove(target.own().root(), exact);
            ExtractionResult result = result(target.own(), written, groups);
            update.write(result, written.files(), workers);
            return result;
        }
    }

    private String realPath(String path) throws IOException, CrossbuildException {
        return tree instanceof CrossLibraries cross ? cross.realPath(path).orElse(path) : path;
    }

    private void tellCrossLibraries(Closure closure) throws IOException, CrossbuildException {
        if (tree instanceof CrossLibraries cross) {
            Map<String, Long> counts = new TreeMap<>();
            for (OpenedFile file : closure.files()) {
                cross.realPath(file.canonicalPath())
                        .ifPresent(path -> counts.merge(TreePaths.parent(path), 1L, Long::sum));
            }
            counts.forEach((directory, count) -> listener.onEvent(new BuildEvent.CrossLibraries(directory, count)));
        }
    }

    private void reportPlan(Planner planner) {
        if (!planner.skipped().isEmpty()) {
            listener.onEvent(new BuildEvent.FilesLeftOut(planner.skipped()));
        }
        List<PlannedFile> linked = planner.plan().files().stream()
                .filter(f -> f.reason().isOfLink() && !f.node().isDirectory())
                .toList();
        if (!linked.isEmpty()) {
            long bytes = linked.stream()
                    .filter(f -> f.node().isRegular())
                    .mapToLong(f -> f.node().sizeBytes())
                    .sum();
            listener.onEvent(new BuildEvent.LinkTargetsAdded(List.copyOf(planner.linkTargets()), linked.size(), bytes));
        }
        if (!planner.linkedLeft().isEmpty()) {
            listener.onEvent(
                    new Warning.LinkedDirectoriesLeftOut(options.linkedDirectoryBytes(), planner.linkedLeft()));
        }
    }

    /** Leaves out the names that the host cannot store, unless more than the directory that has them needs them. */
    private void leaveOut(TargetPlan plan, ClosureRequest request, HostTraits traits)
            throws IOException, CrossbuildException {
        Set<String> needed = new LinkedHashSet<>();
        if (request.program() != null
                && TreePaths.resolve(tree, request.program()) instanceof TreePaths.Found program) {
            needed.add(program.path());
        }
        List<Warning.NamesLeftOut.Entry> entries = NameCheck.leaveOut(plan, traits, needed);
        if (!entries.isEmpty()) {
            listener.onEvent(new Warning.NamesLeftOut(entries));
        }
    }

    private Planner planner(List<Selected> selected, TargetPaths targetPaths, boolean follow, Workers workers)
            throws IOException, CrossbuildException {
        Planner planner =
                new Planner(tree, targetPaths, follow, options.linkedDirectoryBytes(), options.maxFiles(), workers);
        boolean onlyRead = options.closure().sources().contains(RuntimeSource.TRACED);
        for (Selected one : selected) {
            if (onlyRead && one.isDirectory()) {
                // Of its content, only what was read.
                planner.takePath(one.guest(), one.home(), one.reason());
            } else {
                planner.take(one);
            }
        }
        planner.takeLinked();
        return planner;
    }

    private ClosureFiles closureFiles(List<Selected> selected, Planner planner)
            throws IOException, CrossbuildException {
        return new ClosureFiles(tree, selected, planner, options.closure(), config.env(), traced, listener);
    }

    private static ExtractionResult result(OwnFiles own, Written written, List<HintCount> left) {
        return new ExtractionResult(
                own.root(),
                written.files().size(),
                written.changed(),
                written.removed(),
                written.bytes(),
                own.manifest(),
                own.runConfiguration(),
                left);
    }

    /**
     * The options for the loader: the program's environment, the processor, and whether the program runs with more
     * rights than its caller because of its mode, if that mode is kept.
     */
    public LoaderOptions loaderOptions(ClosureRequest request) throws IOException, CrossbuildException {
        boolean secure = options.keepSetId() && SecureExecution.isFor(tree, request.program());
        ClosureOptions asked = options.closure();
        LoaderOptions loader = LoaderOptions.ofEnvironment(config.env())
                .withLdconfig(asked.ldconfig())
                .withSecure(secure);
        CpuProfile cpu = asked.cpu();
        return cpu == null ? loader : loader.withCpu(cpu);
    }

    /**
     * What the program that the configuration names needs, with the programs and shared objects among its files and
     * directories.
     *
     * @throws ConfigException when the configuration names something that is not in the guest
     */
    public ProgramClosure survey() throws IOException, CrossbuildException, InterruptedException {
        TargetPaths targetPaths = new TargetPaths(tree);
        List<Selected> selected = new GuestSelection(tree, config, targetPaths).select();
        try (Workers workers = new Workers(THREADS)) {
            Planner planner = planner(selected, targetPaths, false, workers);
            ClosureFiles files = closureFiles(selected, planner);
            ClosureRequest request = files.request();
            LoaderOptions loader = loaderOptions(request);
            files.take(request, loader, false);
            return ClosureSurvey.of(tree, loader, request, files, planner.plan());
        }
    }

    private static List<HintCount> counts(Map<HintGroup, Integer> entries) {
        return entries.entrySet().stream()
                .map(entry -> new HintCount(entry.getKey(), entry.getValue()))
                .toList();
    }

    private String runConfiguration(Planner planner, List<Selected> selected, ClosureFiles closure)
            throws IOException, CrossbuildException {
        @Nullable String program = null;
        List<String> before = new ArrayList<>();
        Set<String> files = new LinkedHashSet<>(closure.files());
        List<String> dirs = new ArrayList<>(closure.directories());
        for (Selected one : selected) {
            String target = planner.target(one.guest(), one.home());
            switch (one.key()) {
                case PROGRAM -> {
                    // Nanos starts ELF files only.
                    List<String> command = new ArrayList<>(ScriptCommand.of(tree, one.guest()));
                    boolean isScript = command.size() > 1;
                    program = isScript ? closure.target(command.get(0)) : target;
                    for (String argument : command.subList(1, command.size())) {
                        boolean isFile =
                                argument.startsWith("/") && closure.files().contains(closure.target(argument));
                        before.add(isFile ? "/" + closure.target(argument) : argument);
                    }
                    if (isScript) {
                        before.set(before.size() - 1, "/" + target);
                        files.add(target);
                    }
                }
                case FILES -> files.add(target);
                case DIRS -> dirs.add(target);
                case MAP_DIRS -> {
                    // Passed on unchanged: OPS resolves their keys below the target root.
                }
            }
        }
        LongStream fileBytes = planner.plan().files().stream()
                .filter(f -> f.node().isRegular())
                .mapToLong(f -> f.node().sizeBytes());
        return RunConfiguration.write(config, program, before, files, dirs, fileBytes);
    }
}
