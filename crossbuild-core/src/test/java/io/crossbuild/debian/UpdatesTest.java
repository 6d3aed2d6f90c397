// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static io.crossbuild.debian.TestArchive.NOW;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.ConfigException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.error.UntrustedException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.io.Sha256;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.store.Store;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A suite with its updates, and the security archive beside it, all signed by one key, on a server in this JVM. */
class UpdatesTest {
    private static final String SECURITY = "trixie-security";
    private static final String UPDATES = "trixie-updates";

    @TempDir
    Path directory;

    private final List<BuildEvent> said = new ArrayList<>();
    private TestArchive server;
    private Store store;

    @BeforeEach
    void publish() throws Exception {
        server = new TestArchive();
        store = Store.open(directory.resolve("store"));
        server.addUpdate(SECURITY, "apt", "1.0+deb13u1", "./usr/bin/apt", "safe");
        server.addUpdate(UPDATES, "ca-certificates", "1.1", "./etc/ca.conf", "new");
    }

    @AfterEach
    void close() {
        server.close();
    }

    private DebianArchive archive() throws Exception {
        return server.openWithUpdates(store, this::note);
    }

    private void note(BuildEvent event) {
        if (event instanceof Warning) {
            said.add(event);
        }
    }

    private static List<String> solved(DebianArchive archive, String... names) throws Exception {
        return DependencySolver.solve(archive.index(), List.of(names)).stream()
                .map(BinaryPackage::toString)
                .toList();
    }

    @Test
    void theNewestVersionCountsAndComesFromItsOwnArchive() throws Exception {
        DebianArchive archive = archive();
        List<BinaryPackage> packages =
                DependencySolver.solve(archive.index(), List.of("apt", "base-files", "ca-certificates"));
        assertThat(packages)
                .map(BinaryPackage::toString)
                .containsExactlyInAnyOrder("apt=1.0+deb13u1", "base-files=1.0", "ca-certificates=1.1");
        Map<BinaryPackage, Path> files = archive.fetch(packages);
        assertThat(files.keySet()).containsExactlyElementsOf(packages);
        files.forEach((of, file) ->
                assertThat(file.getFileName()).hasToString(of.digest().hex()));
        assertThat(archive.parts()).map(SuiteArchive::suite).containsExactly("trixie", UPDATES, SECURITY);
        assertThat(said).isEmpty();
    }

    @Test
    void anOlderVersionInAnArchiveOfUpdatesDoesNotCount() throws Exception {
        server.addUpdate(SECURITY, "base-files", "0.9", "./etc/debian_version", "old");
        assertThat(solved(archive(), "base-files")).containsExactly("base-files=1.0");
    }

    @Test
    void aVersionThatTheUserNamesIsFoundAlthoughThereIsANewerOne() throws Exception {
        assertThat(solved(archive(), "apt=1.0")).containsExactly("apt=1.0");
        assertThatThrownBy(() -> solved(archive(), "apt=2"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expected 1.0+deb13u1 or 1.0");
    }

    @Test
    void withoutUpdatesOnlyTheSuiteCounts() throws Exception {
        DebianArchive archive = server.open(store);
        assertThat(solved(archive, "apt")).containsExactly("apt=1.0");
        assertThat(archive.releaseDigest()).isEqualTo(archive.release().digest());
    }

    @ParameterizedTest
    @ValueSource(strings = {SECURITY, UPDATES})
    void theIndexOfUpdatesMustBeSignedByTheArchive(String suite) throws Exception {
        String path = (suite.equals(SECURITY) ? "/debian-security" : "/debian") + "/dists/" + suite + "/InRelease";
        server.serve(path, server.served(path).replace("Suite: stable", "Suite: stahle"));
        assertThatThrownBy(() -> archive().index())
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining(suite + "/InRelease': no valid signature");
    }

    @ParameterizedTest
    @ValueSource(strings = {SECURITY, UPDATES})
    void anExpiredIndexOfUpdatesIsAnError(String suite) throws Exception {
        server.publishUpdates(
                suite,
                NOW.minus(Duration.ofDays(9)),
                "Valid-Until: " + TestArchive.rfc(NOW.minus(Duration.ofDays(2))) + "\n");
        assertThatThrownBy(() -> archive().index())
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining(suite)
                .hasMessageContaining("it was valid until 2026-02-27T12:00:00Z");
    }

    @Test
    void theIndexOfAnotherReleaseIsRefused() throws Exception {
        server.publishUpdates("bookworm-security", NOW.minus(Duration.ofHours(1)), "");
        server.serve(
                "/debian-security/dists/trixie-security/InRelease",
                server.served("/debian-security/dists/bookworm-security/InRelease"));
        assertThatThrownBy(() -> archive().index())
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining("the index of 'bookworm-security' (expected 'trixie-security')");
    }

    @Test
    void anArchiveOfUpdatesThatCannotBeReachedIsAWarningOnce() throws Exception {
        Mirror dead = Mirror.of(URI.create("http://127.0.0.1:1/debian-security"));
        Mirrors mirrors = server.mirrors().withUpdates(dead);
        DebianArchive archive = server.open(store, mirrors, this::note);
        assertThat(solved(archive, "apt", "ca-certificates"))
                .containsExactlyInAnyOrder("apt=1.0", "ca-certificates=1.1");
        server.open(store, mirrors, this::note).index();
        assertThat(said).singleElement().isInstanceOfSatisfying(Warning.UpdatesUnreachable.class, w -> {
            assertThat(w.suite()).isEqualTo(SECURITY);
            assertThat(w.problem()).contains("http://127.0.0.1:1/debian-security/dists/trixie-security/InRelease");
        });
        assertThat(archive.releases()).containsOnlyKeys("trixie", UPDATES);
        assertThatThrownBy(() -> archive.currentReleaseDigest(Duration.ZERO)).isInstanceOf(DownloadException.class);
    }

    @Test
    void eachIndexIsPartOfWhatIdentifiesTheArchive() throws Exception {
        DebianArchive archive = archive();
        Sha256 before = archive.releaseDigest();
        assertThat(archive.releases()).containsOnlyKeys("trixie", UPDATES, SECURITY);
        assertThat(archive().currentReleaseDigest(Duration.ZERO)).isEqualTo(before);
        Map<String, Mirror> exactly = Map.of(
                UPDATES,
                archive.parts().get(1).mirror(),
                SECURITY,
                archive.parts().get(2).mirror());
        assertThat(server.open(store, server.mirrors().withUpdates(exactly), BuildListener.NONE)
                        .currentReleaseDigest(Duration.ZERO))
                .as("the order of the suites makes no difference")
                .isEqualTo(before);
        server.addUpdate(SECURITY, "base-files", "1.0+deb13u1", "./etc/debian_version", "13.2");
        assertThat(archive().currentReleaseDigest(Duration.ZERO)).isNotEqualTo(before);
        assertThat(archive().releaseDigest()).isNotEqualTo(before);
    }

    @Test
    void anOldIndexIsAWarning() throws Exception {
        server.publishUpdates(UPDATES, NOW.minus(Duration.ofDays(20)), "");
        Mirrors mirrors = server.mirrors().withUpdates((Mirror) null);
        server.open(store, mirrors.withIndexAge(Duration.ofDays(21)), this::note)
                .index();
        assertThat(said).isEmpty();
        server.open(store, mirrors.withIndexAge(Duration.ofDays(19)), this::note)
                .index();
        assertThat(said)
                .containsExactly(new Warning.IndexOld(UPDATES, NOW.minus(Duration.ofDays(20)), Duration.ofDays(19)));
    }

    @Test
    void archivedReleasesGetNoUpdates() throws Exception {
        try (TestArchive buster = new TestArchive("buster")) {
            DebianArchive archive = buster.open(
                    store, buster.mirrors().withUpdates((Mirror) null).withIndexAge(Duration.ofHours(1)), this::note);
            assertThat(archive.parts()).map(SuiteArchive::suite).containsExactly("buster");
            assertThat(said).isEmpty();
        }
    }

    @Test
    void eachReleaseHasTheKeysOfItsSecurityArchive() throws Exception {
        for (String suite : EnvironmentSpec.SUITES) {
            if (!EnvironmentSpec.ARCHIVED_SUITES.contains(suite)) {
                assertThat(ArchiveKeys.ofSuite(suite + "-security")).isNotNull();
                assertThat(ArchiveKeys.ofSuite(suite + "-updates")).isNotNull();
            }
        }
    }
}
