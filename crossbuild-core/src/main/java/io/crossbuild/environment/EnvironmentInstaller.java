// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.debian.BaseSystem;
import io.crossbuild.debian.BinaryPackage;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.DependencySolver;
import io.crossbuild.debian.SuiteArchive;
import io.crossbuild.disk.qcow2.Qcow2Writer;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.guest.Guest;
import io.crossbuild.guest.GuestBooter;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.PatientFiles;
import io.crossbuild.io.Sha256;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Makes an environment: packages are unpacked on the host into an archive, which a guest unpacks on a blank disk and
 * configures.
 */
public final class EnvironmentInstaller {
    /** Incremented when environments are made differently from the same packages. */
    private static final int FORMAT = 3;

    private static final int KEY_LENGTH = 40;
    private static final Duration LOCK_WAIT = Duration.ofHours(1);
    private static final Duration UNPACK_TIME = Duration.ofMinutes(20);

    private final Store store;
    private final GuestBooter guests;
    private final BuildListener listener;

    public EnvironmentInstaller(Store store, GuestBooter guests, BuildListener listener) {
        this.store = store;
        this.guests = guests;
        this.listener = listener;
    }

    /**
     * Makes the environment of a spec from the archive's current packages, unless the store already has exactly this
     * environment.
     *
     * @param logDirectory where install.log and the machine's logs are written
     */
    @SuppressWarnings("try")
    public Environment install(EnvironmentSpec spec, DebianArchive archive, MachineOptions machine, Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        Phase phase = new Phase.InstallEnvironment(spec.suite(), spec.arch());
        long start = System.nanoTime();
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        List<String> names = new ArrayList<>(BaseSystem.names(archive.index()));
        names.addAll(spec.packages());
        List<BinaryPackage> packages = DependencySolver.solve(archive.index(), names);
        String key = key(spec, archive, packages);
        try (PathLock lock = store.lock("environment-" + key, LOCK_WAIT, this::tellWaiting)) {
            if (new SealCheck(store).find(Store.Kind.ENVIRONMENT, key, listener).isEmpty()) {
                List<Path> debs = List.copyOf(archive.fetch(packages).values());
                make(key, spec, archive, debs, machine, logDirectory);
            }
        }
        Environment made = EnvironmentMetadata.read(store.path(Store.Kind.ENVIRONMENT, key));
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
        return made;
    }

    private void make(
            String key,
            EnvironmentSpec spec,
            DebianArchive archive,
            List<Path> debs,
            MachineOptions machine,
            Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        try (BuildDirectory directory = store.newBuildDirectory()) {
            Path tar = directory.path().resolve("root.tar");
            Phase unpacking = new Phase.UnpackPackages(debs.size());
            long start = System.nanoTime();
            listener.onEvent(new BuildEvent.PhaseStarted(unpacking));
            writeArchive(tar, archive, debs);
            listener.onEvent(new BuildEvent.PhaseFinished(unpacking, Duration.ofNanos(System.nanoTime() - start)));
            Path disk = directory.path().resolve(Environment.DISK_FILE);
            Qcow2Writer.create(disk, machine.diskSizeBytes());
            configure(spec, debs.size(), tar, disk, machine, logDirectory);
            EnvironmentMetadata metadata = new EnvironmentMetadata(
                    UUID.randomUUID().toString(),
                    spec.suite(),
                    spec.arch().debianName(),
                    spec.packages(),
                    archive.releaseDigest().hex(),
                    releases(archive),
                    archive.mirror().root().toString(),
                    updates(archive),
                    debs.size());
            store.publish(Store.Kind.ENVIRONMENT, key, content -> {
                PatientFiles.move(disk, content.resolve(Environment.DISK_FILE));
                metadata.write(content);
            });
        }
    }

    private static Map<String, String> releases(DebianArchive archive)
            throws CrossbuildException, IOException, InterruptedException {
        Map<String, String> digests = new TreeMap<>();
        archive.releases().forEach((suite, digest) -> digests.put(suite, digest.hex()));
        return digests;
    }

    private static Map<String, String> updates(DebianArchive archive)
            throws CrossbuildException, IOException, InterruptedException {
        Map<String, String> mirrors = new TreeMap<>();
        for (SuiteArchive part : archive.parts()) {
            if (!part.suite().equals(archive.suite())) {
                mirrors.put(part.suite(), part.mirror().root().toString());
            }
        }
        return mirrors;
    }

    private static void writeArchive(Path tar, DebianArchive archive, List<Path> debs)
            throws CrossbuildException, IOException, InterruptedException {
        try (RootArchive out = RootArchive.create(tar)) {
            SystemUnpacker unpacker = new SystemUnpacker(out);
            for (Path deb : debs) {
                unpacker.unpack(deb);
            }
            unpacker.finish();
            AptSetup.write(out, archive);
            GuestSetup.write(out);
        }
    }

    private void configure(
            EnvironmentSpec spec, int packages, Path tar, Path disk, MachineOptions machine, Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        try (Guest guest = guests.boot(spec.arch(), machine, logDirectory)) {
            guest.makeRoot(disk, tar, UNPACK_TIME);
            new PackageConfiguration(guest, packages, listener)
                    .run(logDirectory, machine.maxLogBytes(), machine.stepTimeout());
            guest.unmountRoot();
            guest.end();
        }
    }

    private void tellWaiting(Path file, OptionalLong holder) {
        listener.onEvent(new BuildEvent.WaitingForInstallation(holder));
    }

    private static String key(EnvironmentSpec spec, DebianArchive archive, List<BinaryPackage> packages)
            throws CrossbuildException, IOException, InterruptedException {
        StringBuilder all = new StringBuilder();
        all.append(FORMAT).append(spec);
        for (SuiteArchive part : archive.parts()) {
            all.append(part.mirror().root()).append(part.release().digest().hex());
        }
        packages.forEach(p -> all.append(p.digest().hex()));
        String digest =
                Sha256.of(all.toString().getBytes(StandardCharsets.UTF_8)).hex();
        return spec.suite() + "-" + spec.arch().debianName() + "-" + digest.substring(0, KEY_LENGTH);
    }
}
