// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.appliance.Appliances;
import io.crossbuild.arch.Architecture;
import io.crossbuild.build.LayeredDisk;
import io.crossbuild.build.ScriptRequest;
import io.crossbuild.build.ScriptRun;
import io.crossbuild.build.ShellRun;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.Mirror;
import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.environment.Environment;
import io.crossbuild.environment.EnvironmentInstaller;
import io.crossbuild.environment.Environments;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.extract.ClosureSurvey;
import io.crossbuild.extract.ExtractionResult;
import io.crossbuild.extract.Extractor;
import io.crossbuild.extract.LastExtraction;
import io.crossbuild.extract.Provenance;
import io.crossbuild.guest.Guests;
import io.crossbuild.housekeeping.Inventory;
import io.crossbuild.housekeeping.Prune;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.PrivateDirectory;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.qemu.QemuProvider;
import io.crossbuild.report.ProgramClosure;
import io.crossbuild.script.BuildFile;
import io.crossbuild.script.CacheScope;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.PruneRequest;
import io.crossbuild.spec.StoreItem;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Builds Linux artifacts in a virtual machine. One object serves any number of builds; several may use the same store at
 * the same time, in this process and in others.
 */
public final class Crossbuild {
    /** An archive moves on at four moments of a day at most. */
    private static final Duration RELEASE_AGE = Duration.ofHours(1);

    private final BuildListener listener;
    private final Store store;
    private final Downloader downloader;
    private final Mirror mirror;
    private final Guests guests;
    private final Duration releaseAge;

    private Crossbuild(
            BuildListener listener,
            Store store,
            Downloader downloader,
            Mirror mirror,
            Guests guests,
            Duration releaseAge) {
        this.listener = listener;
        this.store = store;
        this.downloader = downloader;
        this.mirror = mirror;
        this.guests = guests;
        this.releaseAge = releaseAge;
    }

    /** Opens the store; it is made when it is not there. */
    public static Crossbuild open(HostOptions host, BuildListener listener)
            throws CrossbuildException, InterruptedException {
        Store store = Store.open(host.home());
        Downloader downloader =
                Downloader.open(DownloadOptions.of(host.offline(), listener).withProxy(host.proxy()));
        Mirror mirror = Mirror.choose(host.mirror());
        DebianArchive tools =
                DebianArchive.open(store, downloader, mirror, Appliances.SUITE, Architecture.host(), Clock.systemUTC());
        Guests guests = new Guests(
                store,
                new Appliances(store, downloader, mirror, listener),
                QemuProvider.of(store, tools, listener),
                host.qemu(),
                host.proxy(),
                listener);
        return new Crossbuild(listener, store, downloader, mirror, guests, host.update() ? Duration.ZERO : RELEASE_AGE);
    }

    /** Installs an environment unless it is there. */
    public InstalledEnvironment installEnvironment(EnvironmentSpec spec, MachineOptions vm, Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<Environment> present = new Environments(store).find(spec);
        Environment environment = present.isPresent() ? present.get() : install(spec, vm, logDirectory);
        return installed(environment, present.isEmpty());
    }

    private Environment environment(EnvironmentSpec spec, MachineOptions vm, Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<Environment> present = new Environments(store).find(spec);
        return present.isPresent() ? present.get() : install(spec, vm, logDirectory);
    }

    private Environment install(EnvironmentSpec spec, MachineOptions vm, Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        PrivateDirectory.make(logDirectory);
        return inStore(() -> new EnvironmentInstaller(store, guests, listener)
                .install(spec, archive(spec, mirror), vm, logDirectory));
    }

    private DebianArchive archive(EnvironmentSpec spec, Mirror of) throws CrossbuildException {
        return DebianArchive.open(store, downloader, of, spec.suite(), spec.arch(), Clock.systemUTC());
    }

    private static InstalledEnvironment installed(Environment environment, boolean now) throws IOException {
        return new InstalledEnvironment(
                environment.spec(),
                environment.key(),
                now,
                environment.packageCount(),
                Files.size(environment.disk()),
                environment.directory());
    }

    /** Runs the lines of a build file, as far as the store does not hold their results, and extracts. */
    public BuildSummary build(BuildRequest request) throws CrossbuildException, IOException, InterruptedException {
        long start = System.nanoTime();
        BuildFile file = BuildFile.read(request.buildFile());
        Environment environment = environment(request.environment(), request.vm(), request.logDirectory());
        try (BuildDirectory directory = store.newBuildDirectory()) {
            LayeredDisk result =
                    inStore(() -> script(environment, file, request, directory).run());
            ExtractionSummary extraction = extract(result, request);
            return new BuildSummary(
                    result.steps(), result.stepsRun(), Duration.ofNanos(System.nanoTime() - start), extraction);
        }
    }

    /**
     * Extracts from what an earlier build of the same lines left in the store. No machine is started.
     *
     * @throws ConfigException when there was no such build
     */
    public ExtractionSummary extract(BuildRequest request)
            throws CrossbuildException, IOException, InterruptedException {
        BuildFile file = BuildFile.read(request.buildFile());
        Optional<Environment> environment = new Environments(store).find(request.environment());
        try (BuildDirectory directory = store.newBuildDirectory()) {
            Optional<LayeredDisk> held = environment.isEmpty()
                    ? Optional.empty()
                    : script(environment.get(), file, request, directory).held();
            return extract(held.orElseThrow(() -> notBuilt(request)), request);
        }
    }

    private static ConfigException notBuilt(BuildRequest request) {
        return new ConfigException(
                request.buildFile().toString(),
                List.of("its lines were not built in environment '"
                        + request.environment().suite() + "/"
                        + request.environment().arch().debianName() + "' (expected the result of a build)"),
                "Run the build first");
    }

    private ScriptRun script(Environment environment, BuildFile file, BuildRequest request, BuildDirectory directory)
            throws IOException {
        ScriptRequest script = new ScriptRequest(
                environment,
                file,
                CacheScope.of(request.project(), file.path()),
                request.inputs(),
                request.noCache(),
                request.vm(),
                request.logDirectory());
        return new ScriptRun(store, guests, () -> currentRelease(environment), listener, script, directory);
    }

    /** Asks the archive at most once per build, and only when a step is to be run and the last answer is not a fresh one. */
    private Optional<String> currentRelease(Environment environment) throws InterruptedException {
        if (downloader.isOffline()) {
            return Optional.empty();
        }
        try {
            // The mirror that apt in the environment uses, whichever is chosen for new environments.
            Mirror own = Mirror.of(URI.create(environment.mirror()));
            return Optional.of(archive(environment.spec(), own)
                    .currentReleaseDigest(releaseAge)
                    .hex());
        } catch (CrossbuildException | IOException e) {
            listener.onEvent(new BuildEvent.Warning(
                    "The archive cannot be asked whether it has moved on: " + e.getMessage(),
                    "The steps run with the package lists that the environment has"));
            return Optional.empty();
        }
    }

    private ExtractionSummary extract(LayeredDisk result, BuildRequest request)
            throws CrossbuildException, IOException, InterruptedException {
        Provenance provenance = Provenance.of(result.ids(), request.config(), request.extraction());
        Optional<ExtractionResult> last =
                new LastExtraction(request.targetRoot(), listener).ifUpToDate(provenance, new BuiltDisk(store, result));
        if (last.isPresent()) {
            return summary(last.get(), true);
        }
        ReadTrace trace = new ReadTrace();
        try (FileTree tree = DiskTree.open(result.images(), trace)) {
            return summary(
                    new Extractor(tree, request.config(), request.extraction(), listener)
                            .extractTo(request.targetRoot(), provenance, trace),
                    false);
        } catch (IOException e) {
            DiskTrouble trouble = DiskTrouble.in(DiskTrouble.reason(e)).orElseThrow(() -> e);
            throw new HostRequirementException(
                    "Extracting to '" + request.targetRoot() + "' failed: " + DiskTrouble.reason(e), trouble.hint(), e);
        }
    }

    /** Work that writes into the store. */
    @FunctionalInterface
    private interface StoreWork<T> {
        T run() throws CrossbuildException, IOException, InterruptedException;
    }

    /** An error of the system for a write names no file; what is written here is in the store. */
    private <T> T inStore(StoreWork<T> work) throws CrossbuildException, IOException, InterruptedException {
        try {
            return work.run();
        } catch (IOException e) {
            String reason = DiskTrouble.reason(e);
            DiskTrouble trouble =
                    DiskTrouble.in(reason).filter(t -> t != DiskTrouble.BROKEN).orElseThrow(() -> e);
            String file = e instanceof FileSystemException named ? named.getFile() : null;
            if (file == null || Path.of(file).startsWith(store.home())) {
                throw store.failure(e);
            }
            throw new HostRequirementException("Cannot write '" + file + "': " + reason, trouble.hint(), e);
        }
    }

    private static ExtractionSummary summary(ExtractionResult result, boolean upToDate) {
        return new ExtractionSummary(
                result.targetRoot(), upToDate, result.files(), result.bytes(), result.removed(), result.left());
    }

    /**
     * Opens a shell in the state after a step, and waits for its end. The environment is installed if it is missing.
     *
     * @return the shell's exit status
     * @throws ConfigException when the step was not run yet
     */
    public int shell(ShellRequest request, UserTerminal terminal)
            throws CrossbuildException, IOException, InterruptedException {
        Path path = request.buildFile();
        BuildFile file = path == null ? new BuildFile(Path.of("build.txt"), List.of()) : BuildFile.read(path);
        Environment environment = environment(request.environment(), request.vm(), request.logDirectory());
        try (BuildDirectory directory = store.newBuildDirectory()) {
            ScriptRequest script = new ScriptRequest(
                    environment,
                    file,
                    CacheScope.of(request.project(), file.path()),
                    request.inputs(),
                    false,
                    request.vm(),
                    request.logDirectory());
            return inStore(
                    () -> new ShellRun(store, guests, listener, script, directory).run(request.afterStep(), terminal));
        }
    }

    /**
     * What the loader opens for the program of a configuration and for what it opens itself, in what an earlier build of
     * the same lines left in the store.
     *
     * @throws ConfigException when there was no such build
     */
    public ProgramClosure closure(BuildRequest request) throws CrossbuildException, IOException, InterruptedException {
        BuildFile file = BuildFile.read(request.buildFile());
        Optional<Environment> environment = new Environments(store).find(request.environment());
        try (BuildDirectory directory = store.newBuildDirectory()) {
            Optional<LayeredDisk> held = environment.isEmpty()
                    ? Optional.empty()
                    : script(environment.get(), file, request, directory).held();
            try (FileTree tree =
                    DiskTree.open(held.orElseThrow(() -> notBuilt(request)).images())) {
                return closure(tree, request.config(), request.extraction().closure());
            }
        }
    }

    /**
     * The same in an environment.
     *
     * @throws ConfigException when it is not installed
     */
    public ProgramClosure closure(EnvironmentSpec spec, BuildConfig config, ClosureOptions options)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<Environment> environment = new Environments(store).find(spec);
        if (environment.isEmpty()) {
            throw new ConfigException(
                    "environment",
                    List.of("'" + spec.suite() + "/" + spec.arch().debianName()
                            + "' is not in the store (expected one that is installed)"),
                    "Install it first");
        }
        try (FileTree tree = DiskTree.open(List.of(environment.get().disk()))) {
            return closure(tree, config, options);
        }
    }

    /** The same in a directory of the host that holds a Linux file tree; needs no store. */
    public static ProgramClosure closure(Path root, BuildConfig config, ClosureOptions options)
            throws CrossbuildException, IOException, InterruptedException {
        try (FileTree tree = HostFileTree.open(root)) {
            return closure(tree, config, options);
        }
    }

    private static ProgramClosure closure(FileTree tree, BuildConfig config, ClosureOptions options)
            throws CrossbuildException, IOException, InterruptedException {
        // As the file tree's own system would run it, with the set-user-ID bit if it has one.
        ExtractionOptions asIs = new ExtractionOptions(ExtractionOptions.Links.KEEP, null, true, options);
        Extractor extractor = new Extractor(tree, config, asIs, BuildListener.NONE);
        ClosureRequest request = extractor.closureRequest();
        return ClosureSurvey.of(tree, extractor.loaderOptions(request), request);
    }

    /** Removes every installation of an environment. Layers above it are of no use any more and go too. */
    public List<InstalledEnvironment> uninstallEnvironment(EnvironmentSpec spec)
            throws CrossbuildException, IOException, InterruptedException {
        List<InstalledEnvironment> removed = new ArrayList<>();
        for (InstalledEnvironment environment : environments()) {
            if (environment.spec().equals(spec)) {
                removed.add(environment);
            }
        }
        new Environments(store).remove(spec);
        new Prune(store, new PruneRequest(Optional.empty(), OptionalLong.empty(), false), Clock.systemUTC())
                .unusableLayers();
        return List.copyOf(removed);
    }

    /** Everything that the store holds, by category; each file of the downloads is one item. */
    public List<StoreItem> inventory() throws CrossbuildException, IOException, InterruptedException {
        return new Inventory(store).list();
    }

    /**
     * Removes from the store what no build can use any more, and what the request says beyond that. What a build that runs
     * now lies on stays.
     *
     * @return what was removed; in a dry run, what would be
     */
    public List<StoreItem> prune(PruneRequest request) throws CrossbuildException, IOException, InterruptedException {
        return new Prune(store, request, Clock.systemUTC()).run();
    }

    /**
     * Removes the layers that were used least recently, as many as it takes; never those of the last build.
     *
     * @param bytes what all layers may take on disk
     * @return what was removed
     */
    public List<StoreItem> limitLayers(long bytes) throws CrossbuildException, InterruptedException {
        PruneRequest request = new PruneRequest(Optional.empty(), OptionalLong.of(bytes), false);
        return new Prune(store, request, Clock.systemUTC()).limitLayers();
    }

    /** All environments of the store. */
    public List<InstalledEnvironment> environments() throws CrossbuildException, IOException {
        List<InstalledEnvironment> installed = new ArrayList<>();
        for (Environment environment : new Environments(store).list()) {
            installed.add(installed(environment, false));
        }
        return List.copyOf(installed);
    }
}
