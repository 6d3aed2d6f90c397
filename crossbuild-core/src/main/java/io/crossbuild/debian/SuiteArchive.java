// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.error.UntrustedException;
import io.crossbuild.io.Sha256;
import io.crossbuild.net.Download;
import io.crossbuild.net.Downloader;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.tukaani.xz.XZInputStream;

/**
 * One suite of an archive for one architecture, component "main".
 *
 * <p>The suite's index is fetched once and verified with the included keys; everything else is verified by the digests
 * in the index. All files are kept in the store by digest. Offline, the last verified index and the files in the store
 * are used. Safe for use by several threads.
 */
public final class SuiteArchive {
    private static final Logger LOG = LoggerFactory.getLogger(SuiteArchive.class);
    private static final int MAX_RELEASE_BYTES = 8 << 20;
    private static final long MAX_PACKAGES_BYTES = 256L << 20;
    private static final int XZ_MEMORY_KIB = 96 * 1024;

    private final Store store;
    private final Downloader downloader;
    private final Mirrors mirrors;
    private final String suite;
    private final Architecture architecture;
    private final Clock clock;
    private @Nullable ArchiveKeys keys;
    private volatile @Nullable Mirror answering;
    private @Nullable SignedRelease release;
    private @Nullable PackageIndex index;

    /** @param keys that may sign the index; null for the included ones */
    SuiteArchive(
            Store store,
            Downloader downloader,
            Mirrors mirrors,
            String suite,
            Architecture architecture,
            Clock clock,
            @Nullable ArchiveKeys keys) {
        this.store = store;
        this.downloader = downloader;
        this.mirrors = mirrors;
        this.suite = suite;
        this.architecture = architecture;
        this.clock = clock;
        this.keys = keys;
    }

    /** The mirror that the index is from; until there is one, the first that would be asked. */
    public Mirror mirror() {
        Mirror one = answering;
        return one == null ? mirrors.inOrder().get(0) : one;
    }

    /** That mirror, then the others. */
    private List<Mirror> inOrder() {
        List<Mirror> order = new ArrayList<>(mirrors.inOrder());
        Mirror one = mirror();
        order.remove(one);
        order.add(0, one);
        return order;
    }

    public String suite() {
        return suite;
    }

    /** Read when a signature is checked: most builds check none. */
    private synchronized ArchiveKeys keys() throws ConfigException {
        if (keys == null) {
            keys = ArchiveKeys.ofSuite(suite);
        }
        return keys;
    }

    /** The verified index of the suite, the same one for the life of this object. */
    public synchronized SignedRelease release() throws CrossbuildException, IOException, InterruptedException {
        if (release == null) {
            release = downloader.isOffline() ? heldByAny() : current(true);
        }
        return release;
    }

    /** Offline the last index of each mirror will do. */
    private SignedRelease heldByAny() throws CrossbuildException, IOException, InterruptedException {
        for (Mirror one : mirrors.inOrder()) {
            Optional<SignedRelease> held = heldIfUsable(one);
            if (held.isPresent()) {
                answering = one;
                return held.get();
            }
        }
        Mirror first = mirrors.inOrder().get(0);
        Optional<SignedRelease> held = held(first);
        // This reports that the build is offline and that the file is not in the store.
        return held.isPresent() ? held.get() : ask(first, downloader);
    }

    /**
     * The digest of the mirror's current index, to see whether the archive has changed; offline that of the stored
     * index.
     *
     * @param maxAge the mirror is not asked again if it was asked within this time
     */
    Sha256 currentReleaseDigest(Duration maxAge) throws CrossbuildException, IOException, InterruptedException {
        if (downloader.isOffline()) {
            return release().digest();
        }
        Optional<ReleaseAnswer> last = ReleaseAnswer.read(store, archiveKey(mirror()));
        if (last.isPresent() && last.get().isWithin(maxAge, clock.instant())) {
            return last.get().digest();
        }
        return current(false).digest();
    }

    /**
     * The index of the first mirror that soon gives a valid one. If none does, the first is asked as patiently as an
     * only one.
     *
     * @param keeps whether the index is kept in the store
     */
    private SignedRelease current(boolean keeps) throws CrossbuildException, IOException, InterruptedException {
        List<Mirror> order = mirrors.inOrder();
        for (Mirror one : order.size() > 1 ? order : List.<Mirror>of()) {
            try {
                return current(one, downloader.impatient(), keeps);
            } catch (CrossbuildException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
        return current(order.get(0), downloader, keeps);
    }

    private SignedRelease current(Mirror of, Downloader with, boolean keeps)
            throws CrossbuildException, IOException, InterruptedException {
        SignedRelease asked = ask(of, with);
        Optional<SignedRelease> held = heldIfUsable(of);
        SignedRelease chosen = newer(asked, held);
        if (keeps && (held.isEmpty() || !held.get().digest().equals(chosen.digest()))) {
            store.keepArchiveIndex(archiveKey(of), chosen.bytes());
        }
        new ReleaseAnswer(chosen.digest(), clock.instant()).keep(store, archiveKey(of));
        mirrors.answered(of);
        answering = of;
        return chosen;
    }

    private SignedRelease ask(Mirror of, Downloader with)
            throws CrossbuildException, IOException, InterruptedException {
        URI uri = of.resolve("dists/" + suite + "/InRelease");
        byte[] bytes;
        try {
            bytes = with.get(uri, MAX_RELEASE_BYTES);
        } catch (DownloadException e) {
            // A mirror of archived releases has a path of its own.
            throw isArchived() && !e.isRetryWorthy()
                    ? new DownloadException(
                            e.uri(),
                            String.valueOf(e.getMessage()),
                            AdviceKey.CHECK_MIRROR_SUITE.advice("suite", suite),
                            false,
                            e)
                    : e;
        }
        return SignedRelease.verify(bytes, suite, keys(), clock, uri.toString());
    }

    /** If the index is older than one seen before, the mirror lags behind, or an attacker hides updates. */
    private static SignedRelease newer(SignedRelease asked, Optional<SignedRelease> held) {
        return held.isPresent() && held.get().date().isAfter(asked.date()) ? held.get() : asked;
    }

    /** The index in the store, verified again. */
    private Optional<SignedRelease> held(Mirror of) throws CrossbuildException {
        Optional<byte[]> bytes = store.archiveIndex(archiveKey(of));
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        String source = "InRelease of " + suite + " in the store";
        return Optional.of(SignedRelease.verify(bytes.get(), suite, keys(), clock, source));
    }

    private Optional<SignedRelease> heldIfUsable(Mirror of) {
        try {
            return held(of);
        } catch (CrossbuildException e) {
            // Expired or damaged: the mirror has a better index.
            return Optional.empty();
        }
    }

    private boolean isArchived() {
        return EnvironmentSpec.ARCHIVED_SUITES.contains(suite);
    }

    private String archiveKey(Mirror of) {
        return suite + "-" + of.key();
    }

    /** The file {@code Packages.xz} that the index names, in the store. */
    public Path packagesFile() throws CrossbuildException, IOException, InterruptedException {
        SignedRelease of = release();
        String directory = "main/binary-" + architecture.debianName();
        String name = directory + "/Packages.xz";
        SignedRelease.Entry entry = of.file(name)
                .orElseThrow(() -> new UntrustedException(
                        "Untrusted index of '" + suite + "': it has no SHA256 digest for '" + name + "'",
                        AdviceKey.CHECK_MIRROR_ARCHITECTURE.advice("architecture", architecture.debianName())));
        if (entry.sizeBytes() > MAX_PACKAGES_BYTES) {
            throw new UntrustedException(
                    "Untrusted index of '" + suite + "': '" + name + "' has " + entry.sizeBytes()
                            + " bytes (expected at most " + MAX_PACKAGES_BYTES + ")",
                    null);
        }
        Optional<Path> present = store.downloads().find(entry.digest(), entry.sizeBytes(), downloader.listener());
        if (present.isPresent()) {
            return present.get();
        }
        // Archived releases no longer change; not all of their mirrors have kept the names by digest.
        String path = of.hasFilesByHash() && !isArchived()
                ? directory + "/by-hash/SHA256/" + entry.digest().hex()
                : name;
        Path target = store.downloads().place(entry.digest());
        PackageFetcher.fromAny(
                downloader,
                inOrder(),
                mirror -> downloader.download(new Download(
                        mirror.resolve("dists/" + suite + "/" + path), target, entry.sizeBytes(), entry.digest())));
        return target;
    }

    /** The packages of the suite. */
    synchronized PackageIndex index() throws CrossbuildException, IOException, InterruptedException {
        if (index == null) {
            index = read(packagesFile());
        }
        return index;
    }

    private PackageIndex read(Path file) throws IOException, MalformedInputException {
        String source = "Packages of " + suite + "/" + architecture.debianName();
        try (GuardedInput in = new GuardedInput(Files.newInputStream(file))) {
            try (XZInputStream text = new XZInputStream(in, XZ_MEMORY_KIB)) {
                return PackageIndex.parse(text, source, architecture);
            } catch (IOException e) {
                if (in.failure() != null) {
                    throw in.failure();
                }
                throw new MalformedInputException(source, in.position(), "not an xz file: " + e.getMessage(), e);
            }
        }
    }

    /** Fetches packages that are not in the store yet; the result is in the given order. */
    Map<BinaryPackage, Path> fetch(Collection<BinaryPackage> packages)
            throws CrossbuildException, IOException, InterruptedException {
        return new PackageFetcher(store, downloader, inOrder()).fetch(packages);
    }
}
