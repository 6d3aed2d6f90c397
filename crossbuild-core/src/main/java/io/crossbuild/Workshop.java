// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.appliance.Appliances;
import io.crossbuild.arch.Architecture;
import io.crossbuild.build.ScriptRequest;
import io.crossbuild.build.ScriptRun;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.Mirror;
import io.crossbuild.debian.Mirrors;
import io.crossbuild.environment.Environment;
import io.crossbuild.environment.EnvironmentInstaller;
import io.crossbuild.environment.Environments;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.guest.Guests;
import io.crossbuild.io.DiskTrouble;
import io.crossbuild.io.PrivateDirectory;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.qemu.QemuProvider;
import io.crossbuild.script.BuildFile;
import io.crossbuild.script.CacheScope;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.store.BuildDirectory;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What the flows share.
 *
 * @param mirrors for the tools and for new environments
 * @param archiveMirror for new environments of archived suites; null for none
 * @param releaseAge how old the archive's last answer may be for a build to rely on it
 */
record Workshop(
        BuildListener listener,
        Store store,
        Downloader downloader,
        Mirrors mirrors,
        @Nullable Mirror archiveMirror,
        Guests guests,
        Duration releaseAge) {
    /** An archive is updated at most four times a day. */
    private static final Duration RELEASE_AGE = Duration.ofHours(1);

    static Workshop open(HostOptions host, BuildListener listener) throws CrossbuildException, InterruptedException {
        Store store = Store.open(host.home());
        Downloader downloader =
                Downloader.open(DownloadOptions.of(host.offline(), listener).withProxy(host.proxy()));
        Mirrors mirrors = mirrors(host);
        DebianArchive tools = DebianArchive.open(
                store, downloader, mirrors, Appliances.SUITE, Architecture.host(), Clock.systemUTC());
        Guests guests = new Guests(
                store,
                new Appliances(store, downloader, mirrors, listener),
                QemuProvider.of(store, tools, listener),
                host.qemu(),
                host.proxy(),
                listener);
        return new Workshop(
                listener,
                store,
                downloader,
                mirrors,
                host.archiveMirror() == null ? null : Mirror.of(host.archiveMirror()),
                guests,
                host.update() ? Duration.ZERO : RELEASE_AGE);
    }

    private static Mirrors mirrors(HostOptions host) throws ConfigException {
        Mirrors mirrors = Mirrors.choose(host.mirror()).withIndexAge(host.maxIndexAge());
        URI security = host.securityMirror();
        return !host.securityUpdates()
                ? mirrors
                : mirrors.withUpdates(security == null ? Mirror.ofHostSecurity(host.mirror()) : Mirror.of(security));
    }

    Optional<Environment> find(EnvironmentSpec spec) throws CrossbuildException, IOException, InterruptedException {
        return new Environments(store).find(spec, listener);
    }

    Environment findOrInstall(EnvironmentSpec spec, MachineOptions machine, @Nullable Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        Optional<Environment> present = find(spec);
        return present.isPresent() ? present.get() : install(spec, machine, logDirectory);
    }

    Environment install(EnvironmentSpec spec, MachineOptions machine, @Nullable Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        DebianArchive archive = archive(spec, mirrorsOf(spec));
        Path logs = logs(logDirectory);
        return inStore(() -> {
            PrivateDirectory.make(logs);
            return new EnvironmentInstaller(store, guests, listener).install(spec, archive, machine, logs);
        });
    }

    /** The given directory for logs, or one in the store. */
    Path logs(@Nullable Path named) {
        return named == null ? store.home().resolve("logs").resolve("default") : named;
    }

    ScriptRun script(Environment environment, BuildFile file, BuildRequest request, BuildDirectory directory)
            throws IOException {
        ScriptRequest script = new ScriptRequest(
                environment,
                file,
                CacheScope.of(request.project(), file.path()),
                request.inputs(),
                request.copyFrom(),
                request.secrets(),
                request.noCache(),
                request.machine(),
                request.logDirectory());
        // Package lists cannot be refreshed without a network.
        boolean offline = request.machine().network().mode() == NetworkMode.NONE;
        return new ScriptRun(
                store,
                guests(environment),
                () -> offline ? Optional.empty() : currentRelease(environment),
                listener,
                script,
                directory);
    }

    /** Guests that reach the mirror of their environment. */
    Guests guests(Environment environment) {
        return guests.reaching(URI.create(environment.mirror()));
    }

    private Mirrors mirrorsOf(EnvironmentSpec spec) throws ConfigException {
        if (!EnvironmentSpec.ARCHIVED_SUITES.contains(spec.suite())) {
            return mirrors;
        }
        if (archiveMirror == null) {
            throw new ConfigException(
                    "mirror",
                    List.of("none for '" + spec.suite()
                            + "', an archived release that ordinary mirrors do not have (expected the address of a"
                            + " mirror of archived releases)"),
                    AdviceKey.NAME_ARCHIVE_MIRROR.advice());
        }
        return Mirrors.of(archiveMirror);
    }

    private DebianArchive archive(EnvironmentSpec spec, Mirrors of) throws CrossbuildException {
        return DebianArchive.open(store, downloader, of, spec.suite(), spec.arch(), Clock.systemUTC());
    }

    /** Asks the archive at most once per build, and only if a step is to be run and the last answer is too old. */
    private Optional<String> currentRelease(Environment environment) throws InterruptedException {
        if (downloader.isOffline()) {
            return Optional.empty();
        }
        try {
            // The mirrors that apt in the environment uses, not those for new environments.
            Map<String, Mirror> updates = new TreeMap<>();
            for (Map.Entry<String, String> update : environment.updates().entrySet()) {
                updates.put(update.getKey(), Mirror.of(URI.create(update.getValue())));
            }
            Mirrors own =
                    Mirrors.of(Mirror.of(URI.create(environment.mirror()))).withUpdates(updates);
            return Optional.of(archive(environment.spec(), own)
                    .currentReleaseDigest(releaseAge)
                    .hex());
        } catch (CrossbuildException | IOException e) {
            listener.onEvent(new Warning.ArchiveUnreachable(String.valueOf(e.getMessage())));
            return Optional.empty();
        }
    }

    /** Work that writes to the store. */
    @FunctionalInterface
    interface StoreWork<T> {
        T run() throws CrossbuildException, IOException, InterruptedException;
    }

    /** A system error for a write does not name a file; everything written here is in the store. */
    <T> T inStore(StoreWork<T> work) throws CrossbuildException, IOException, InterruptedException {
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
            throw new HostRequirementException("Cannot write '" + file + "': " + reason, trouble.advice(), e);
        }
    }
}
