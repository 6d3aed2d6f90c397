// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.build.LayeredDisk;
import io.crossbuild.build.ScriptRequest;
import io.crossbuild.build.SecretValues;
import io.crossbuild.build.ShellRun;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.debian.Mirror;
import io.crossbuild.disk.DiskTree;
import io.crossbuild.environment.Environment;
import io.crossbuild.environment.Environments;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.NotBuiltException;
import io.crossbuild.error.ProgramFailedException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.housekeeping.Inventory;
import io.crossbuild.housekeeping.Prune;
import io.crossbuild.housekeeping.StoreVerification;
import io.crossbuild.io.OutputLog;
import io.crossbuild.report.ProgramClosure;
import io.crossbuild.run.ProgramOutput;
import io.crossbuild.run.ProgramRun;
import io.crossbuild.script.BuildFile;
import io.crossbuild.script.CacheScope;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.ProgramStreams;
import io.crossbuild.spec.PruneRequest;
import io.crossbuild.spec.Secrets;
import io.crossbuild.spec.StoreItem;
import io.crossbuild.spec.StoreReport;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds Linux artifacts in a virtual machine. An object can be used for any number of builds. Several objects, in this
 * process and in others, may use the same store at the same time.
 *
 * <p>Every method may throw
 *
 * <ul>
 *   <li>{@link CrossbuildException} for everything that can go wrong with a build, its host, its network or its
 *       machine; the message says what was found and what was expected, {@link CrossbuildException#advice()} what to do;
 *   <li>{@link IOException} when a file of the host cannot be read or written;
 *   <li>{@link InterruptedException} when the thread is interrupted. Machines and downloads are stopped first.
 * </ul>
 */
public final class Crossbuild {
    private final Workshop workshop;
    private final Store store;

    private Crossbuild(Workshop workshop) {
        this.workshop = workshop;
        this.store = workshop.store();
    }

    /**
     * Opens the store, and creates it if it does not exist.
     *
     * @param listener receives the events; {@link PrintingListener} prints them
     */
    public static Crossbuild open(HostOptions host, BuildListener listener)
            throws CrossbuildException, InterruptedException {
        return new Crossbuild(Workshop.open(host, listener));
    }

    /** Opens the store, with a listener that ignores every event. */
    public static Crossbuild open(HostOptions host) throws CrossbuildException, InterruptedException {
        return open(host, BuildListener.NONE);
    }

    /**
     * Checks a build file without running anything.
     *
     * @throws ConfigException when there is no such file, when it contains no command or is not UTF-8, or when a shell
     *     construct is not closed or a directive is unknown
     */
    public static void checkBuildFile(Path buildFile) throws ConfigException, IOException {
        BuildFile.read(buildFile);
    }

    /**
     * Checks the address of a Debian mirror without connecting to it.
     *
     * @throws ConfigException when it is not the http or https address of a directory, or contains a user name
     */
    public static void checkMirror(URI address) throws ConfigException {
        Mirror.of(address);
    }

    /** Installs an environment unless it is installed, with the default machine; logs go to the store's directory. */
    public InstalledEnvironment installEnvironment(EnvironmentSpec spec)
            throws CrossbuildException, IOException, InterruptedException {
        return installEnvironment(spec, MachineOptions.defaults(), workshop.logs(null));
    }

    /**
     * Installs an environment unless it is installed.
     *
     * @param machine the machine that configures the packages
     * @param logDirectory where install.log and serial.log are written; created if it is missing
     */
    public InstalledEnvironment installEnvironment(EnvironmentSpec spec, MachineOptions machine, Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<Environment> present = workshop.find(spec);
        Environment environment = present.isPresent() ? present.get() : workshop.install(spec, machine, logDirectory);
        return InstalledEnvironment.of(environment, present.isEmpty());
    }

    /**
     * Runs the lines of a build file whose results are not in the store, then extracts. The environment is installed if
     * it is missing.
     */
    public BuildSummary build(BuildRequest request) throws CrossbuildException, IOException, InterruptedException {
        long start = System.nanoTime();
        BuildFile file = LastBuild.buildFile(request);
        if (workshop.find(request.environment()).isEmpty()) {
            // Every line will run, so nothing is installed before its secrets are known.
            SecretValues.require(file, request.secrets());
        }
        Environment environment =
                workshop.findOrInstall(request.environment(), request.machine(), request.logDirectory());
        try (BuildDirectory directory = store.newBuildDirectory()) {
            LayeredDisk disk = workshop.inStore(
                    () -> workshop.script(environment, file, request, directory).run());
            ExtractionSummary extraction = new LastBuild(workshop, request, disk, directory).extract();
            return new BuildSummary(
                    disk.steps(), disk.stepsRun(), Duration.ofNanos(System.nanoTime() - start), extraction);
        }
    }

    /**
     * Extracts what an earlier build of the same lines left in the store, without running anything. The store may be on
     * a file system that is only read.
     *
     * @throws NotBuiltException when there was no such build
     */
    public ExtractionSummary extract(BuildRequest request)
            throws CrossbuildException, IOException, InterruptedException {
        try (BuildDirectory directory = store.newReadingDirectory()) {
            return workshop.inStore(() -> LastBuild.find(workshop, request, directory))
                    .extract();
        }
    }

    /**
     * Opens a shell in the state after a step, and waits until it ends. The environment is installed if it is missing.
     *
     * @return the shell's exit status
     * @throws NotBuiltException when the step has not been run yet
     */
    public int shell(ShellRequest request, UserTerminal terminal)
            throws CrossbuildException, IOException, InterruptedException {
        Path path = request.buildFile();
        BuildFile file = path == null ? new BuildFile(Path.of("build.txt"), List.of()) : BuildFile.read(path);
        Environment environment =
                workshop.findOrInstall(request.environment(), request.machine(), request.logDirectory());
        try (BuildDirectory directory = store.newBuildDirectory()) {
            ScriptRequest script = new ScriptRequest(
                    environment,
                    file,
                    CacheScope.of(request.project(), file.path()),
                    request.inputs(),
                    request.copyFrom(),
                    Secrets.NONE,
                    false,
                    request.machine(),
                    workshop.logs(request.logDirectory()));
            return workshop.inStore(
                    () -> new ShellRun(store, workshop.guests(environment), workshop.listener(), script, directory)
                            .run(request.afterStep(), terminal));
        }
    }

    /**
     * Runs a configuration's program from a target root and nothing else: in a new machine whose only disk is a copy of
     * the target root, with the configuration's environment variables and no others. A {@link Warning.LookedForInVain}
     * tells which files a program that fails had looked for, if the environment has them.
     *
     * @throws NotBuiltException when there is no such target root
     * @throws ConfigException when the configuration names no program, or one that is not in the target root
     */
    public RunSummary run(RunRequest request, ProgramStreams streams)
            throws CrossbuildException, IOException, InterruptedException {
        String program = request.config().program();
        if (program == null) {
            throw ProgramRun.noProgram(request.targetRoot().toString());
        }
        long start = System.nanoTime();
        Optional<ProgramFailedException> failure = workshop.inStore(() -> failure(request, program, streams));
        return new RunSummary(
                failure.map(ProgramFailedException::exitStatus).orElse(0),
                Duration.ofNanos(System.nanoTime() - start),
                failure);
    }

    private Optional<ProgramFailedException> failure(RunRequest request, String program, ProgramStreams streams)
            throws CrossbuildException, IOException, InterruptedException {
        try (BuildDirectory directory = store.newBuildDirectory();
                OutputLog log = OutputLog.open(
                        request.logDirectory(), "run.log", request.machine().maxLogBytes())) {
            ProgramRun run = new ProgramRun(
                    workshop.guests(),
                    workshop.listener(),
                    request.environment().arch(),
                    request.machine(),
                    request.targetRoot(),
                    request.logDirectory(),
                    directory.path(),
                    () -> LastBuild.tree(workshop, request, directory));
            return run.failureOf(
                    new ProgramCall(program, request.config().args()),
                    request.config().env(),
                    ProgramRun.workingDirectory(request.config()),
                    request.options(),
                    streams.input(),
                    ProgramOutput.to(streams, log));
        }
    }

    /**
     * What the loader opens for a configuration's program and for the files that the program itself opens, in the
     * result that an earlier build of the same lines left in the store.
     *
     * @throws NotBuiltException when there was no such build
     */
    public ProgramClosure closure(BuildRequest request) throws CrossbuildException, IOException, InterruptedException {
        try (BuildDirectory directory = store.newReadingDirectory()) {
            return workshop.inStore(() -> LastBuild.find(workshop, request, directory))
                    .closure();
        }
    }

    /**
     * What the loader opens for a configuration's program in an environment.
     *
     * @throws NotBuiltException when the environment is not installed
     */
    public ProgramClosure closure(EnvironmentSpec spec, BuildConfig config, ClosureOptions options)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<Environment> environment = workshop.find(spec);
        if (environment.isEmpty()) {
            throw new NotBuiltException(
                    "Cannot use environment '" + spec.suite() + "/"
                            + spec.arch().debianName() + "': it is not in the store (expected an installed one)",
                    AdviceKey.INSTALL_ENVIRONMENT.advice());
        }
        try (FileTree tree = DiskTree.open(List.of(environment.get().disk()))) {
            return LastBuild.closure(tree, config, options);
        }
    }

    /**
     * What the loader opens for a configuration's program in a directory of the host that contains a Linux file tree.
     * Needs no store.
     */
    public static ProgramClosure closure(Path root, BuildConfig config, ClosureOptions options)
            throws CrossbuildException, IOException, InterruptedException {
        try (FileTree tree = HostFileTree.open(root)) {
            return LastBuild.closure(tree, config, options);
        }
    }

    /** All environments of the store. */
    public List<InstalledEnvironment> environments() throws CrossbuildException, IOException {
        List<InstalledEnvironment> installed = new ArrayList<>();
        for (Environment environment : new Environments(store).list()) {
            installed.add(InstalledEnvironment.of(environment, false));
        }
        return List.copyOf(installed);
    }

    /**
     * Removes every installation of an environment, and the layers based on it, which have become useless.
     *
     * @return what was removed; empty when it is not installed
     * @throws CrossbuildException when a running build or shell is based on it
     */
    public List<InstalledEnvironment> uninstallEnvironment(EnvironmentSpec spec)
            throws CrossbuildException, IOException, InterruptedException {
        List<InstalledEnvironment> removed = environments().stream()
                .filter(environment -> environment.spec().equals(spec))
                .toList();
        new Environments(store).remove(spec);
        new Prune(store, PruneRequest.UNUSABLE, Clock.systemUTC()).unusableLayers();
        return removed;
    }

    /** Everything that the store holds, by category; each file of the downloads is one item. */
    public List<StoreItem> inventory() throws CrossbuildException, IOException, InterruptedException {
        return new Inventory(store).list();
    }

    /**
     * Reads everything in the store, and compares it with what was written. What is damaged is removed and made again
     * when it is needed; what a running build is based on stays, and is checked again before the next one.
     */
    public StoreReport verifyStore() throws CrossbuildException, IOException, InterruptedException {
        return new StoreVerification(store).run();
    }

    /**
     * Removes from the store what no build can use any more, and in addition what the request says. Nothing is removed
     * that a running build is based on.
     *
     * @return what was removed; in a dry run, what would be
     */
    public List<StoreItem> prune(PruneRequest request) throws CrossbuildException, IOException, InterruptedException {
        return new Prune(store, request, Clock.systemUTC()).run();
    }

    /**
     * Removes the least recently used layers, as many as necessary, but never those of the last build.
     *
     * @param bytes how much all layers together may take on disk, 0 or more
     * @return what was removed
     */
    public List<StoreItem> limitLayers(long bytes) throws CrossbuildException, InterruptedException {
        return new Prune(store, PruneRequest.UNUSABLE.withLayersAtMost(bytes), Clock.systemUTC()).limitLayers();
    }
}
