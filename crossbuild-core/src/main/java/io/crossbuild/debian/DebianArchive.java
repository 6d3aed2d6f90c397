// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.event.Warning;
import io.crossbuild.io.Sha256;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.net.Downloader;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A release of Debian for one architecture: its suite, and the suites with its updates, as far as they can be reached.
 * Of a package that several of them have, the newest version counts. Safe for use by several threads.
 */
public final class DebianArchive {
    private final SuiteArchive main;
    private final List<SuiteArchive> updates;
    private final Mirrors mirrors;
    private final Downloader downloader;
    private final Architecture architecture;
    private final Clock clock;
    private @Nullable List<SuiteArchive> parts;
    private @Nullable PackageIndex index;

    private DebianArchive(
            Store store,
            Downloader downloader,
            Mirrors mirrors,
            String suite,
            Architecture architecture,
            Clock clock,
            @Nullable ArchiveKeys keys) {
        this.mirrors = mirrors;
        this.downloader = downloader;
        this.architecture = architecture;
        this.clock = clock;
        this.main = new SuiteArchive(store, downloader, mirrors, suite, architecture, clock, keys);
        this.updates = mirrors.updatesOf(suite).entrySet().stream()
                .map(of -> new SuiteArchive(store, downloader, of.getValue(), of.getKey(), architecture, clock, keys))
                .toList();
    }

    /**
     * An archive from which nothing has been read yet.
     *
     * @param mirrors see {@link Mirrors#withUpdates} for the suites with updates
     * @param suite a code name, such as "trixie"
     * @throws ConfigException when there are no keys for the suite
     */
    public static DebianArchive open(
            Store store, Downloader downloader, Mirrors mirrors, String suite, Architecture architecture, Clock clock)
            throws ConfigException {
        ArchiveKeys.requireSuite(suite);
        return new DebianArchive(store, downloader, mirrors, suite, architecture, clock, null);
    }

    /** Like the other method, with a single mirror and without updates. */
    public static DebianArchive open(
            Store store, Downloader downloader, Mirror mirror, String suite, Architecture architecture, Clock clock)
            throws ConfigException {
        return open(store, downloader, Mirrors.of(mirror), suite, architecture, clock);
    }

    /** Like the other methods, with the caller's keys. */
    static DebianArchive open(
            Store store,
            Downloader downloader,
            Mirrors mirrors,
            String suite,
            Architecture architecture,
            Clock clock,
            ArchiveKeys keys) {
        return new DebianArchive(store, downloader, mirrors, suite, architecture, clock, keys);
    }

    /** The mirror of the suite itself: see {@link SuiteArchive#mirror}. */
    public Mirror mirror() {
        return main.mirror();
    }

    public String suite() {
        return main.suite();
    }

    public Architecture architecture() {
        return architecture;
    }

    /** The verified index of the suite itself. */
    public SignedRelease release() throws CrossbuildException, IOException, InterruptedException {
        return main.release();
    }

    /** The file {@code Packages.xz} of the suite itself, in the store. */
    public Path packagesFile() throws CrossbuildException, IOException, InterruptedException {
        return main.packagesFile();
    }

    /**
     * The suite itself, then those with its updates; the same ones for the life of this object. Each has a verified
     * index. One that cannot be reached is left out, with a warning.
     */
    public synchronized List<SuiteArchive> parts() throws CrossbuildException, IOException, InterruptedException {
        if (parts == null) {
            List<SuiteArchive> found = new ArrayList<>();
            tellIfOld(main.release());
            found.add(main);
            for (SuiteArchive update : updates) {
                try {
                    tellIfOld(update.release());
                    found.add(update);
                } catch (DownloadException e) {
                    tell(
                            update.suite(),
                            new Warning.UpdatesUnreachable(update.suite(), String.valueOf(e.getMessage())));
                }
            }
            parts = List.copyOf(found);
        }
        return parts;
    }

    private void tellIfOld(SignedRelease release) {
        Duration age = Duration.between(release.date(), clock.instant());
        boolean changes = !EnvironmentSpec.ARCHIVED_SUITES.contains(suite());
        if (changes && age.compareTo(mirrors.indexAge()) > 0) {
            tell(release.suite(), new Warning.IndexOld(release.suite(), release.date(), mirrors.indexAge()));
        }
    }

    /** The archives of tools and environment may have the same suite. */
    private void tell(String about, Warning warning) {
        if (mirrors.isFirst(about + " " + warning.getClass().getSimpleName())) {
            downloader.listener().onEvent(warning);
        }
    }

    /** The digests of the indexes of all parts, by suite. */
    public Map<String, Sha256> releases() throws CrossbuildException, IOException, InterruptedException {
        Map<String, Sha256> digests = new LinkedHashMap<>();
        for (SuiteArchive part : parts()) {
            digests.put(part.suite(), part.release().digest());
        }
        return digests;
    }

    /** One digest of the indexes of all parts; without updates, that of the suite's index. */
    public Sha256 releaseDigest() throws CrossbuildException, IOException, InterruptedException {
        return combined(releases());
    }

    /**
     * The same digest of the mirrors' current indexes, to see whether the archive has changed; offline that of the
     * stored indexes. A suite with updates that cannot be reached is an error here.
     *
     * @param maxAge a mirror is not asked again if it was asked within this time
     */
    public Sha256 currentReleaseDigest(Duration maxAge) throws CrossbuildException, IOException, InterruptedException {
        Map<String, Sha256> digests = new LinkedHashMap<>();
        digests.put(main.suite(), main.currentReleaseDigest(maxAge));
        for (SuiteArchive update : updates) {
            digests.put(update.suite(), update.currentReleaseDigest(maxAge));
        }
        return combined(digests);
    }

    private static Sha256 combined(Map<String, Sha256> digests) {
        if (digests.size() == 1) {
            return digests.values().iterator().next();
        }
        Sha256Digest all = new Sha256Digest();
        new TreeMap<>(digests).forEach((suite, digest) -> all.part(suite).part(digest.hex()));
        return all.finish();
    }

    /** The packages of all parts. */
    public synchronized PackageIndex index() throws CrossbuildException, IOException, InterruptedException {
        if (index == null) {
            List<PackageIndex> all = new ArrayList<>();
            for (SuiteArchive part : parts()) {
                all.add(part.index());
            }
            index = PackageIndex.merged(all);
        }
        return index;
    }

    /** Fetches packages that are not in the store yet; the result is in the given order. */
    public Map<BinaryPackage, Path> fetch(Collection<BinaryPackage> packages)
            throws CrossbuildException, IOException, InterruptedException {
        if (updates.isEmpty()) {
            return main.fetch(packages);
        }
        Map<BinaryPackage, Path> files = new LinkedHashMap<>();
        packages.forEach(one -> files.put(one, Path.of("")));
        List<BinaryPackage> left = new ArrayList<>(packages);
        List<SuiteArchive> parts = parts();
        for (SuiteArchive part : parts) {
            List<BinaryPackage> own = new ArrayList<>();
            for (BinaryPackage one : left) {
                if (part == parts.get(parts.size() - 1) || part.index().has(one)) {
                    own.add(one);
                }
            }
            left.removeAll(own);
            files.putAll(part.fetch(own));
        }
        return files;
    }
}
