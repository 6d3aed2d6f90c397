// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.TestKey.Signing;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.error.UntrustedException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.Sha256;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.net.TestServer;
import io.crossbuild.store.BitRot;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.PGPException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A complete archive with two packages, signed with its own key, on a server in this JVM. */
class DebianArchiveTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final String PACKAGES = "/debian/dists/trixie/main/binary-amd64/Packages.xz";

    @TempDir
    Path dir;

    private final Map<String, byte[]> debs = new LinkedHashMap<>();
    private TestServer server;
    private TestKey key;
    private Store store;

    @BeforeEach
    void start() throws Exception {
        server = new TestServer();
        key = TestKey.make(NOW.minus(Duration.ofDays(100)), Duration.ZERO);
        store = Store.open(dir.resolve("store"));
        debs.put("liba", DebBuilder.of("liba").file("./usr/lib/liba.so", "a").build());
        debs.put("tool", DebBuilder.of("tool").file("./usr/bin/tool", "t").build());
        publish(NOW.minus(Duration.ofHours(3)), "");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** Puts the archive on the server. */
    private void publish(Instant date, String more) throws IOException, PGPException {
        StringBuilder text = new StringBuilder();
        for (Map.Entry<String, byte[]> deb : debs.entrySet()) {
            String file = "pool/main/" + deb.getKey() + "_1.0_amd64.deb";
            server.file("/debian/" + file, deb.getValue());
            text.append("Package: ").append(deb.getKey()).append("\nVersion: 1.0\nArchitecture: amd64\n");
            text.append(deb.getKey().equals("tool") ? "Depends: liba\n" : "");
            text.append("Filename: ").append(file).append("\nSize: ").append(deb.getValue().length);
            text.append("\nSHA256: ").append(Sha256.of(deb.getValue())).append("\n\n");
        }
        byte[] packages = DebBuilder.pack(text.toString().getBytes(StandardCharsets.UTF_8), ".xz");
        server.file(PACKAGES, packages);
        String release = "Suite: stable\nCodename: trixie\nDate: "
                + DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss", Locale.ENGLISH)
                        .format(date.atOffset(ZoneOffset.UTC))
                + " UTC\n" + more + "SHA256:\n " + Sha256.of(packages) + " " + packages.length
                + " main/binary-amd64/Packages.xz\n";
        server.file(
                "/debian/dists/trixie/InRelease",
                key.clearSign(release, Signing.at(date)).getBytes(StandardCharsets.UTF_8));
        if (more.contains("Acquire-By-Hash")) {
            server.file("/debian/dists/trixie/main/binary-amd64/by-hash/SHA256/" + Sha256.of(packages), packages);
        }
    }

    private DebianArchive archive(boolean offline) throws CrossbuildException, IOException {
        return archive(offline, Architecture.AMD64, NOW);
    }

    private DebianArchive archive(boolean offline, Architecture architecture, Instant now)
            throws CrossbuildException, IOException {
        Downloader downloader = Downloader.open(new DownloadOptions(
                offline, BuildListener.NONE, null, 4, Duration.ofSeconds(5), Duration.ofSeconds(20), 2, Duration.ZERO));
        return DebianArchive.open(
                store,
                downloader,
                Mirrors.of(Mirror.of(server.uri("/debian"))),
                "trixie",
                architecture,
                Clock.fixed(now, ZoneOffset.UTC),
                key.keys());
    }

    private List<Path> filesInStore() throws IOException {
        try (Stream<Path> all = Files.walk(dir.resolve("store/downloads"))) {
            return all.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void packagesComeFromTheSignedIndexIntoTheStore() throws Exception {
        DebianArchive archive = archive(false);
        List<BinaryPackage> solution = DependencySolver.solve(archive.index(), List.of("tool"));
        Map<BinaryPackage, Path> files = archive.fetch(solution);
        assertThat(files.keySet()).map(BinaryPackage::name).containsExactly("liba", "tool");
        for (Map.Entry<BinaryPackage, Path> file : files.entrySet()) {
            assertThat(file.getValue())
                    .hasBinaryContent(debs.getOrDefault(file.getKey().name(), new byte[0]));
        }
        int asked = server.requests().size();
        assertThat(archive.fetch(solution)).isEqualTo(files);
        assertThat(archive(false).fetch(solution)).isEqualTo(files);
        assertThat(server.requests()).hasSize(asked);
    }

    @Test
    void aPackageThatIsDamagedInTheStoreIsFetchedAgain() throws Exception {
        DebianArchive archive = archive(false);
        List<BinaryPackage> solution = DependencySolver.solve(archive.index(), List.of("tool"));
        Map<BinaryPackage, Path> files = archive.fetch(solution);
        Path damaged = Objects.requireNonNull(files.get(solution.get(0)));
        BitRot.flip(damaged, Files.size(damaged) / 2);
        assertThat(archive(false).fetch(solution)).isEqualTo(files);
        assertThat(damaged).hasBinaryContent(debs.getOrDefault("liba", new byte[0]));
        BitRot.flip(archive.packagesFile(), 20);
        assertThat(archive(false).index().size()).isEqualTo(2);
    }

    @Test
    void theIndexOfPackagesIsRequestedByHashIfTheArchiveSupportsIt() throws Exception {
        publish(NOW.minus(Duration.ofHours(2)), "Acquire-By-Hash: yes\n");
        server.remove(PACKAGES);
        assertThat(archive(false).index().size()).isEqualTo(2);
    }

    @Test
    void aMirrorWithoutTheArchivedReleaseIsAskedForIt() throws Exception {
        Downloader downloader = Downloader.open(new DownloadOptions(
                false, BuildListener.NONE, null, 4, Duration.ofSeconds(5), Duration.ofSeconds(20), 2, Duration.ZERO));
        DebianArchive archive = DebianArchive.open(
                store,
                downloader,
                Mirrors.of(Mirror.of(server.uri("/debian"))),
                "buster",
                Architecture.AMD64,
                Clock.fixed(NOW, ZoneOffset.UTC));
        assertThatThrownBy(archive::index)
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("dists/buster/InRelease': status 404")
                .satisfies(e -> assertThat(((DownloadException) e).advice())
                        .containsExactly(AdviceKey.CHECK_MIRROR_SUITE.advice("suite", "buster")));
    }

    @Test
    void offlineTheStoreIsEnough() throws Exception {
        DebianArchive online = archive(false);
        Map<BinaryPackage, Path> files = online.fetch(DependencySolver.solve(online.index(), List.of("tool")));
        int asked = server.requests().size();

        DebianArchive offline = archive(true);
        assertThat(offline.release().digest()).isEqualTo(online.release().digest());
        assertThat(offline.currentReleaseDigest(Duration.ZERO))
                .isEqualTo(online.release().digest());
        assertThat(offline.fetch(DependencySolver.solve(offline.index(), List.of("tool"))))
                .isEqualTo(files);
        assertThat(server.requests()).hasSize(asked);
    }

    @Test
    void offlineWhatTheStoreLacksIsNamed() throws Exception {
        assertThatThrownBy(() -> archive(true).index())
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("dists/trixie/InRelease")
                .hasMessageContaining("not in the store and the build is offline");
        DebianArchive online = archive(false);
        BinaryPackage tool = online.index().find("tool").orElseThrow();
        assertThatThrownBy(() -> archive(true).fetch(List.of(tool)))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("pool/main/tool_1.0_amd64.deb");
    }

    @Test
    void offlineTheIndexHeldIsCheckedAgain() throws Exception {
        archive(false).index();
        try (Stream<Path> held = Files.walk(dir.resolve("store/archives"))) {
            Path file = held.filter(Files::isRegularFile).findFirst().orElseThrow();
            Files.writeString(file, Files.readString(file).replace("Suite: stable", "Suite: stahle"));
        }
        assertThatThrownBy(() -> archive(true).index()).isInstanceOf(UntrustedException.class);
        // Online, the damaged one is replaced.
        assertThat(archive(false).index().size()).isEqualTo(2);
        assertThat(archive(true).index().size()).isEqualTo(2);
    }

    @Test
    void thatTheArchiveMovedOnIsSeenWithoutReadingIt() throws Exception {
        DebianArchive archive = archive(false);
        Sha256 before = archive.release().digest();
        assertThat(archive.currentReleaseDigest(Duration.ZERO)).isEqualTo(before);
        publish(NOW.minus(Duration.ofHours(1)), "");
        assertThat(archive.currentReleaseDigest(Duration.ZERO)).isNotEqualTo(before);
        assertThat(archive.release().digest()).isEqualTo(before);
        assertThat(archive(false).release().digest()).isNotEqualTo(before);
    }

    @Test
    void aMirrorIsNotAskedAgainWithinTheGivenTime() throws Exception {
        Duration hour = Duration.ofHours(1);
        Sha256 before = archive(false).release().digest();
        int asked = server.requests().size();
        publish(NOW.minus(hour), "");
        Instant soon = NOW.plus(Duration.ofMinutes(59));
        assertThat(archive(false, Architecture.AMD64, soon).currentReleaseDigest(hour))
                .isEqualTo(before);
        assertThat(server.requests()).hasSize(asked);
        Instant later = NOW.plus(Duration.ofMinutes(61));
        Sha256 after = archive(false, Architecture.AMD64, later).currentReleaseDigest(hour);
        assertThat(after).isNotEqualTo(before);
        assertThat(server.requests()).hasSize(asked + 1);
        assertThat(archive(false, Architecture.AMD64, later).currentReleaseDigest(hour))
                .isEqualTo(after);
        // A clock that was set back says nothing about the age.
        assertThat(archive(false).currentReleaseDigest(hour)).isEqualTo(after);
        assertThat(server.requests()).hasSize(asked + 2);
    }

    @Test
    void anOlderIndexThanTheOneSeenBeforeIsNotTaken() throws Exception {
        Sha256 newest = archive(false).release().digest();
        publish(NOW.minus(Duration.ofDays(30)), "");
        assertThat(archive(false).release().digest()).isEqualTo(newest);
        assertThat(archive(false).currentReleaseDigest(Duration.ZERO)).isEqualTo(newest);
    }

    @Test
    void anExpiredIndexIsAnErrorOfItsOwn() throws Exception {
        publish(NOW.minus(Duration.ofDays(10)), "Valid-Until: Sat, 28 Feb 2026 00:00:00 UTC\n");
        assertThatThrownBy(() -> archive(false).index())
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining("valid until 2026-02-28T00:00:00Z");
        assertThat(filesInStore()).isEmpty();
    }

    @Test
    void aForgedIndexOfPackagesIsRefusedAndNotKept() throws Exception {
        server.file(PACKAGES, DebBuilder.pack("Package: evil\n".getBytes(StandardCharsets.UTF_8), ".xz"));
        assertThatThrownBy(() -> archive(false).index())
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining("Packages.xz");
        assertThat(filesInStore()).isEmpty();
    }

    @Test
    void aForgedPackageIsRefusedAndNotKept() throws Exception {
        DebianArchive archive = archive(false);
        List<BinaryPackage> both = DependencySolver.solve(archive.index(), List.of("tool"));
        byte[] forged = debs.getOrDefault("liba", new byte[0]).clone();
        forged[forged.length / 2] ^= 1;
        server.file("/debian/pool/main/liba_1.0_amd64.deb", forged);
        assertThatThrownBy(() -> archive.fetch(both))
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining(Sha256.of(forged).hex())
                .hasMessageContaining(both.get(0).digest().hex());
        assertThat(filesInStore())
                .noneMatch(file -> file.endsWith(both.get(0).digest().hex()));
    }

    @Test
    void aMissingPackageHasAHintThatTheArchiveMayHaveMovedOn() throws Exception {
        DebianArchive archive = archive(false);
        List<BinaryPackage> both = DependencySolver.solve(archive.index(), List.of("tool"));
        server.remove("/debian/pool/main/liba_1.0_amd64.deb");
        assertThatThrownBy(() -> archive.fetch(both))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("status 404")
                .extracting(e -> ((DownloadException) e).advice())
                .isEqualTo(List.of(AdviceKey.CHECK_MIRROR_OR_RUN_AGAIN.advice()));
    }

    @Test
    void aTruncatedPackageIsFetchedToItsEnd() throws Exception {
        DebianArchive archive = archive(false);
        byte[] whole = debs.getOrDefault("tool", new byte[0]);
        server.answer("/debian/pool/main/tool_1.0_amd64.deb", (exchange, nth) -> {
            if (nth == 1) {
                exchange.sendResponseHeaders(200, whole.length);
                exchange.getResponseBody().write(whole, 0, whole.length / 2);
            } else {
                server.give(
                        exchange,
                        "/debian/pool/main/tool_1.0_amd64.deb",
                        exchange.getRequestHeaders().getFirst("Range"));
            }
        });
        BinaryPackage tool = archive.index().find("tool").orElseThrow();
        assertThat(archive.fetch(List.of(tool)).get(tool)).hasBinaryContent(whole);
    }

    @Test
    void anArchitectureThatTheIndexLacksIsNamed() throws Exception {
        assertThatThrownBy(() -> archive(false, Architecture.ARM64, NOW).index())
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining("main/binary-arm64/Packages.xz");
    }

    @Test
    void aLoginPageIsNotAnIndex() {
        server.file("/debian/dists/trixie/InRelease", "<html>Welcome</html>".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> archive(false).index())
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("InRelease");
    }

    @Test
    void anIndexOfPackagesThatDoesNotUnpackIsMalformed() throws Exception {
        byte[] broken = DebBuilder.pack("Package: a\n\n".repeat(1000).getBytes(StandardCharsets.UTF_8), ".xz");
        broken = Arrays.copyOf(broken, broken.length - 8);
        Sha256 digest = Sha256.of(broken);
        server.file(PACKAGES, broken);
        Instant date = NOW.minus(Duration.ofHours(1));
        String release = "Suite: stable\nCodename: trixie\nDate: Sun, 01 Mar 2026 11:00:00 UTC\nSHA256:\n " + digest
                + " " + broken.length + " main/binary-amd64/Packages.xz\n";
        server.file(
                "/debian/dists/trixie/InRelease",
                key.clearSign(release, Signing.at(date)).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> archive(false).index()).isInstanceOf(MalformedInputException.class);
    }

    @Test
    void ifTheFirstMirrorIsDeadTheNextOneIsUsedForEverything() throws Exception {
        Mirror dead = Mirror.of(URI.create("http://127.0.0.1:1/debian"));
        Mirrors two = Mirrors.of(List.of(dead, good()));
        DebianArchive archive = archive(two, Duration.ofSeconds(5));
        assertThat(archive.mirror()).isEqualTo(dead);
        assertThat(archive.fetch(DependencySolver.solve(archive.index(), List.of("tool"))))
                .hasSize(2);
        assertThat(archive.mirror()).isEqualTo(good());
        // Another archive of the same build begins with the one that answered; offline its index is found, too.
        assertThat(archive(two, Duration.ofSeconds(5)).mirror()).isEqualTo(good());
        Mirrors again = Mirrors.of(List.of(dead, good()));
        DebianArchive offline = archive(again, Duration.ofSeconds(5), true);
        assertThat(offline.index().size()).isEqualTo(2);
        assertThat(offline.mirror()).isEqualTo(good());
    }

    @Test
    void ifTheFirstMirrorTakesConnectionsAndNeverAnswersItIsAskedOnce() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Mirror first = Mirror.of(URI.create("http://127.0.0.1:" + silent.getLocalPort() + "/debian"));
            DebianArchive archive = archive(Mirrors.of(List.of(first, good())), Duration.ofMillis(500));
            assertThat(archive.index().size()).isEqualTo(2);
            silent.accept().close();
            silent.setSoTimeout(1);
            // An only mirror would have been asked again.
            assertThatThrownBy(silent::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void ifTheFirstMirrorHasAnIndexThatDebianDidNotSignTheNextOneIsUsed() throws Exception {
        TestKey other = TestKey.make(NOW.minus(Duration.ofDays(100)), Duration.ZERO);
        server.file(
                "/forged/dists/trixie/InRelease",
                other.clearSign("Codename: trixie\n", Signing.at(NOW)).getBytes(StandardCharsets.UTF_8));
        Mirror forged = Mirror.of(server.uri("/forged"));
        assertThatThrownBy(
                        () -> archive(Mirrors.of(forged), Duration.ofSeconds(5)).release())
                .isInstanceOf(UntrustedException.class);
        DebianArchive archive = archive(Mirrors.of(List.of(forged, good())), Duration.ofSeconds(5));
        assertThat(archive.index().size()).isEqualTo(2);
        assertThat(archive.mirror()).isEqualTo(good());
    }

    @Test
    void ifAMirrorLosesAFileAfterItsIndexWasReadTheNextOneGivesIt() throws Exception {
        server.file("/first/dists/trixie/InRelease", server.content("/debian/dists/trixie/InRelease"));
        Mirror first = Mirror.of(server.uri("/first"));
        DebianArchive archive = archive(Mirrors.of(List.of(first, good())), Duration.ofSeconds(5));
        List<BinaryPackage> solution = DependencySolver.solve(archive.index(), List.of("tool"));
        assertThat(archive.mirror()).isEqualTo(first);
        assertThat(archive.fetch(solution)).hasSize(2);
        server.remove("/debian/pool/main/tool_1.0_amd64.deb");
        store.downloads().remove(solution.get(1).digest());
        assertThatThrownBy(() -> archive.fetch(solution))
                .isInstanceOf(DownloadException.class)
                .hasMessageContaining("/first/pool/main/tool_1.0_amd64.deb");
    }

    @Test
    void ifNoMirrorAnswersTheFirstIsNamed() throws Exception {
        Mirror one = Mirror.of(URI.create("http://127.0.0.1:1/debian"));
        Mirror two = Mirror.of(URI.create("http://127.0.0.1:2/debian"));
        assertThatThrownBy(() -> archive(Mirrors.of(List.of(one, two)), Duration.ofSeconds(5))
                        .release())
                .isInstanceOf(DownloadException.class)
                .hasMessageStartingWith("Cannot download 'http://127.0.0.1:1/debian/dists/trixie/InRelease'")
                .hasMessageContaining("3 times");
    }

    private Mirror good() throws CrossbuildException {
        return Mirror.of(server.uri("/debian"));
    }

    private DebianArchive archive(Mirrors mirrors, Duration stall) throws CrossbuildException, IOException {
        return archive(mirrors, stall, false);
    }

    private DebianArchive archive(Mirrors mirrors, Duration stall, boolean offline)
            throws CrossbuildException, IOException {
        Downloader downloader = Downloader.open(new DownloadOptions(
                offline, BuildListener.NONE, null, 4, stall, Duration.ofMinutes(5), 2, Duration.ofMillis(1)));
        return DebianArchive.open(
                store, downloader, mirrors, "trixie", Architecture.AMD64, Clock.fixed(NOW, ZoneOffset.UTC), key.keys());
    }
}
