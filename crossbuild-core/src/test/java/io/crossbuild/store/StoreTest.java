// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import static io.crossbuild.event.BuildListener.NONE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crossbuild.PretendedHost;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.Warning;
import io.crossbuild.io.HeldFileException;
import io.crossbuild.io.HostOs;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.PatientFilesTest;
import io.crossbuild.io.ReadOnlyFileSystem;
import io.crossbuild.io.RefusingFileSystem;
import io.crossbuild.io.Sha256;
import io.crossbuild.store.Store.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StoreTest {
    @TempDir
    Path dir;

    private Store store;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(dir.resolve("home"));
    }

    @Test
    void whatIsPublishedIsFoundUnderItsKeyAndListed() throws Exception {
        assertThat(store.find(Kind.LAYER, "k1")).isEmpty();
        Path made = store.publish(Kind.LAYER, "k1", d -> Files.writeString(d.resolve("disk"), "1"));
        store.publish(Kind.LAYER, "k0", d -> Files.createDirectories(d.resolve("sub/deep")));
        assertThat(store.find(Kind.LAYER, "k1")).contains(made);
        assertThat(made).isEqualTo(dir.resolve("home/layers/k1"));
        assertThat(made.resolve("disk")).hasContent("1");
        assertThat(store.keys(Kind.LAYER)).containsExactly("k0", "k1");
        assertThat(store.keys(Kind.QEMU)).isEmpty();
        assertThat(dir.resolve("home/staging")).isEmptyDirectory();
    }

    @Test
    void aPublishedKeyIsNotMadeAgain() throws Exception {
        store.publish(Kind.ENVIRONMENT, "k", d -> Files.writeString(d.resolve("f"), "first"));
        Path second = store.publish(Kind.ENVIRONMENT, "k", d -> {
            throw new AssertionError("not asked");
        });
        assertThat(second.resolve("f")).hasContent("first");
    }

    @Test
    void onWindowsAScannerThatHoldsFilesDelaysEverythingAndBreaksNothing() throws Exception {
        RefusingFileSystem scanned = new RefusingFileSystem(dir, 2);
        try (PretendedHost windows = PretendedHost.of(HostOs.WINDOWS)) {
            Store other = Store.open(scanned.path(dir.resolve("other")));
            Path made = other.publish(Kind.LAYER, "k", d -> Files.writeString(d.resolve("f"), "1"));
            assertThat(made.resolve("f")).as("%s", windows).hasContent("1");
            other.keepVerdict("v", new byte[] {1});
            other.keepVerdict("v", new byte[] {2});
            assertThat(other.verdict("v")).contains(new byte[] {2});
            try (BuildDirectory build = other.newBuildDirectory()) {
                build.hold(List.of(made));
                build.hold(List.of(made));
                assertThat(other.isHeld(Kind.LAYER, "k")).isTrue();
            }
            other.remove(Kind.LAYER, "k");
        }
        assertThat(scanned.refused()).isGreaterThan(10);
        for (String name : List.of("layers", "builds", "staging")) {
            assertThat(dir.resolve("other").resolve(name)).isEmptyDirectory();
        }
    }

    @Test
    void aStoreThatCannotBeWrittenCanBeRead() throws Exception {
        Path made = store.publish(Kind.LAYER, "k", d -> Files.writeString(d.resolve("f"), "1"));
        Files.createDirectory(dir.resolve("home/builds/left"));
        Store readOnly = Store.open(new ReadOnlyFileSystem(dir).path(dir.resolve("home")));
        assertThat(readOnly.find(Kind.LAYER, "k")).isPresent();
        assertThatThrownBy(readOnly::newBuildDirectory)
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("Read-only file system");
        Path path;
        try (BuildDirectory reading = readOnly.newReadingDirectory()) {
            path = reading.path();
            assertThat(path).isDirectory();
            reading.hold(List.of(made));
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void aStoreThatCannotBeMadeIsRefused() {
        Path missing = new ReadOnlyFileSystem(dir).path(dir.resolve("missing"));
        assertThatThrownBy(() -> Store.open(missing))
                .isInstanceOf(HostRequirementException.class)
                .hasMessage("Cannot open the store '" + missing + "': Read-only file system");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no short directory")
    void socketsAreWhereTemporaryFilesAreUnlessThatPathIsTooLong() throws Exception {
        Path temporary = Files.createTempDirectory(Path.of("/tmp"), "cb");
        String before = System.getProperty("java.io.tmpdir");
        try {
            System.setProperty("java.io.tmpdir", temporary.toString());
            try (BuildDirectory build = store.newBuildDirectory()) {
                assertThat(build.socketDirectory().getParent()).isEqualTo(temporary);
            }
            System.setProperty(
                    "java.io.tmpdir", temporary.resolve("x".repeat(100)).toString());
            Path own;
            try (BuildDirectory build = store.newBuildDirectory()) {
                own = build.socketDirectory();
                assertThat(own.getParent()).isEqualTo(Path.of("/tmp"));
            }
            assertThat(own).doesNotExist();
        } finally {
            System.setProperty("java.io.tmpdir", before);
            Files.delete(temporary);
        }
    }

    @Test
    void whatAnotherProgramHoldsOpenIsSaidWithAdvice() throws Exception {
        HeldFileException held = assertThrows(HeldFileException.class, () -> PatientFilesTest.giveUpOn(dir));
        assertThat(store.failure(held).advice()).containsExactly(AdviceKey.STORE_EXCLUDE_FROM_SCANNERS.advice());
    }

    @Test
    void aWriterThatFailsLeavesNothing() throws Exception {
        assertThatThrownBy(() -> store.publish(Kind.APPLIANCE, "k", d -> {
                    Files.writeString(d.resolve("half"), "x");
                    throw new CrossbuildException("broken");
                }))
                .hasMessage("broken");
        assertThatThrownBy(() -> store.publish(Kind.APPLIANCE, "k", d -> {
                    throw new IOException("No space left on device");
                }))
                .isInstanceOf(HostRequirementException.class)
                .hasMessage("Cannot write '" + dir.resolve("home/appliances/k") + "': No space left on device")
                .extracting(e -> ((HostRequirementException) e).advice())
                .isEqualTo(List.of(AdviceKey.STORE_FREE_SPACE.advice()));
        assertThat(store.find(Kind.APPLIANCE, "k")).isEmpty();
        assertThat(dir.resolve("home/appliances")).isEmptyDirectory();
        assertThat(dir.resolve("home/staging")).isEmptyDirectory();
    }

    @Test
    void ofTwoThatPublishAtOnceTheFirstCounts() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        FutureTask<Path> slow = new FutureTask<>(() -> store.publish(Kind.QEMU, "k", d -> {
            Files.writeString(d.resolve("f"), "slow");
            begun.countDown();
            done.await(20, TimeUnit.SECONDS);
        }));
        new Thread(slow).start();
        assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
        store.publish(Kind.QEMU, "k", d -> Files.writeString(d.resolve("f"), "quick"));
        done.countDown();
        assertThat(slow.get(20, TimeUnit.SECONDS).resolve("f")).hasContent("quick");
        assertThat(dir.resolve("home/staging")).isEmptyDirectory();
    }

    @Test
    void whatIsRemovedIsGoneAndRemovingTwiceIsNoError() throws Exception {
        store.publish(Kind.LAYER, "k", d -> Files.writeString(d.resolve("f"), "x"));
        store.remove(Kind.LAYER, "k");
        store.remove(Kind.LAYER, "k");
        assertThat(store.find(Kind.LAYER, "k")).isEmpty();
        assertThat(dir.resolve("home/staging")).isEmptyDirectory();
    }

    @Test
    void aKeyIsNeverAPath() {
        for (String key : new String[] {"..", "a/b", "", ".hidden", "a\\b", "a\0b"}) {
            assertThatThrownBy(() -> store.find(Kind.LAYER, key)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aBuildDirectoryGoesWithItsSocketDirectory() throws Exception {
        Path path;
        Path sockets;
        try (BuildDirectory build = store.newBuildDirectory()) {
            path = build.path();
            sockets = build.socketDirectory();
            assertThat(build.socketDirectory()).isEqualTo(sockets);
            Files.writeString(path.resolve("overlay"), "x");
            Files.writeString(sockets.resolve("qmp"), "x");
            if (Files.getFileStore(sockets).supportsFileAttributeView("posix")) {
                assertThat(Files.getPosixFilePermissions(sockets)).hasSize(3);
            }
        }
        assertThat(path).doesNotExist();
        assertThat(sockets).doesNotExist();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no modes")
    void aStoreThatOthersCouldReadIsClosed() throws Exception {
        Path home = dir.resolve("home");
        Path layers = home.resolve("layers");
        for (Path open : List.of(dir, home, layers)) {
            Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        Store.open(home);
        assertThat(mode(home)).isEqualTo("rwx------");
        assertThat(mode(layers)).isEqualTo("rwx------");
        assertThat(mode(dir)).isEqualTo("rwxr-xr-x");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no modes")
    void aDirectoryThatHoldsOtherThingsTooKeepsItsMode() throws Exception {
        Path shared = dir.resolve("shared");
        Files.createDirectories(shared.resolve("other"));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Store.open(shared);
        Store.open(shared);
        assertThat(mode(shared)).isEqualTo("rwxr-xr-x");
        for (String name : List.of("layers", "states", "builds", "staging", "caches", "environments")) {
            assertThat(mode(shared.resolve(name))).as(name).isEqualTo("rwx------");
        }
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there are no owners to compare")
    void theStoreOfAnotherUserIsRefused() throws Exception {
        Path other = Path.of("/");
        if (Files.getOwner(dir).equals(Files.getOwner(other))) {
            other = Files.createDirectory(dir.resolve("other"));
            Files.setAttribute(other, "unix:uid", 65534);
        }
        Path home = other;
        assertThatThrownBy(() -> Store.open(home))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageStartingWith("Cannot open the store '" + home + "': it belongs to user '")
                .extracting(e -> ((HostRequirementException) e).advice())
                .isEqualTo(List.of(AdviceKey.STORE_OTHER_USER.advice()));
        assertThat(home.resolve("layers")).doesNotExist();
    }

    private static String mode(Path directory) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
    }

    @Test
    void aLivingBuildSurvivesAnOpenAndADeadOneDoesNot() throws Exception {
        Path dead = Files.createDirectories(dir.resolve("home/builds/dead"));
        Files.writeString(dead.resolve(".lock"), "1");
        Path deadSockets = Files.createTempDirectory("cbs");
        Files.writeString(dead.resolve(".sockets"), deadSockets.toString());
        Path deadStage = Files.createDirectories(dir.resolve("home/staging/dead/content"));
        try (BuildDirectory living = store.newBuildDirectory()) {
            Store.open(dir.resolve("home"));
            assertThat(living.path()).isDirectory();
        }
        assertThat(dead).doesNotExist();
        assertThat(deadSockets).doesNotExist();
        assertThat(deadStage).doesNotExist();
    }

    @Test
    void aNoteOfSocketsThatNamesAnotherDirectoryIsNotFollowed() throws Exception {
        Path precious = Files.createDirectories(dir.resolve("cbs-precious"));
        Path dead = Files.createDirectories(dir.resolve("home/builds/dead"));
        Files.writeString(dead.resolve(".sockets"), precious.toString());
        Store.open(dir.resolve("home"));
        assertThat(dead).doesNotExist();
        assertThat(precious).isDirectory();
    }

    @Test
    void aHomeThatCannotBeMadeIsNamedWithAHint() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "x");
        assertThatThrownBy(() -> Store.open(file.resolve("home")))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageStartingWith("Cannot open the store '" + file.resolve("home") + "': ")
                .extracting(e -> ((HostRequirementException) e).advice())
                .isEqualTo(List.of(AdviceKey.STORE_CHECK_PERMISSION.advice()));
    }

    @Test
    void locksAreByName() throws Exception {
        try (PathLock one = store.lock("env-a", Duration.ofSeconds(5), (f, h) -> {});
                PathLock other = store.lock("env-b", Duration.ofSeconds(5), (f, h) -> {})) {
            assertThat(one.file()).isNotEqualTo(other.file());
            assertThatThrownBy(() -> store.lock("env-a", Duration.ofMillis(60), (f, h) -> {}))
                    .isInstanceOf(CrossbuildException.class);
        }
    }

    @Test
    void downloadsAreFoundByDigestAndLength() throws Exception {
        byte[] content = "abc".getBytes(StandardCharsets.UTF_8);
        Sha256 digest = Sha256.of(content);
        assertThat(store.downloads().find(digest, 3, NONE)).isEmpty();
        Path place = store.downloads().place(digest);
        Files.write(place, content);
        assertThat(store.downloads().find(digest, 3, NONE)).contains(place);
        assertThat(place).isEqualTo(dir.resolve("home/downloads/sha256/ba/" + digest.hex()));
        store.downloads().remove(digest);
        assertThat(store.downloads().find(digest, 3, NONE)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"abd", "ab"})
    void aDownloadWithDifferentContentIsNamedAndRemoved(String content) throws Exception {
        Sha256 digest = Sha256.of("abc".getBytes(StandardCharsets.UTF_8));
        Path place = Files.writeString(store.downloads().place(digest), content);
        List<BuildEvent> said = new ArrayList<>();
        assertThat(store.downloads().find(digest, 3, said::add)).isEmpty();
        assertThat(place).doesNotExist();
        assertThat(said).singleElement().isInstanceOfSatisfying(Warning.StoreDamaged.class, w -> {
            assertThat(w.path()).isEqualTo(place);
            assertThat(w.damage()).startsWith("'" + place + "' has ").contains("(expected ");
        });
    }

    @Test
    void damageIsNamedAndRemovedWhenTheThingIsUsed() throws Exception {
        Path made = store.publish(Kind.APPLIANCE, "k", d -> Files.writeString(d.resolve("vmlinuz"), "kernel"));
        List<BuildEvent> said = new ArrayList<>();
        SealCheck seals = new SealCheck(store);
        assertThat(seals.find(Kind.APPLIANCE, "k", said::add)).contains(made);
        assertThat(said).isEmpty();

        Files.writeString(made.resolve("vmlinuz"), "kernal");
        assertThat(seals.find(Kind.APPLIANCE, "k", said::add)).isEmpty();
        assertThat(made).doesNotExist();
        assertThat(said).singleElement().isInstanceOfSatisfying(Warning.StoreDamaged.class, w -> {
            assertThat(w.path()).isEqualTo(made);
            assertThat(w.damage()).startsWith("'" + made.resolve("vmlinuz") + "' has digest ");
        });
        assertThat(seals.find(Kind.APPLIANCE, "k", said::add)).isEmpty();
        assertThat(said).hasSize(1);
    }

    @Test
    void whatARunningBuildUsesIsNotRemovedButRefused() throws Exception {
        Path made = store.publish(Kind.ENVIRONMENT, "k", d -> Files.writeString(d.resolve("disk"), "disk"));
        try (BuildDirectory running = store.newBuildDirectory()) {
            running.hold(List.of(made));
            Files.writeString(made.resolve("disk"), "dish");
            assertThatThrownBy(() -> new SealCheck(store).find(Kind.ENVIRONMENT, "k", NONE))
                    .isInstanceOf(CrossbuildException.class)
                    .hasMessageStartingWith("Damaged file in the store: '" + made.resolve("disk") + "' has digest ")
                    .extracting(e -> ((CrossbuildException) e).advice())
                    .isEqualTo(List.of(AdviceKey.WAIT_FOR_BUILD.advice()));
        }
        assertThat(new SealCheck(store).find(Kind.ENVIRONMENT, "k", NONE)).isEmpty();
        assertThat(made).doesNotExist();
    }

    @Test
    void notesAreReplaced() throws Exception {
        assertThat(store.verdict("kvm.json")).isEmpty();
        store.keepVerdict("kvm.json", new byte[] {1});
        store.keepVerdict("kvm.json", new byte[] {2});
        assertThat(store.verdict("kvm.json")).contains(new byte[] {2});
        store.keepArchiveIndex("trixie-0", new byte[] {3});
        assertThat(store.archiveIndex("trixie-0")).contains(new byte[] {3});
        try (Stream<Path> files = Files.list(dir.resolve("home/verdicts"))) {
            assertThat(files).hasSize(1);
        }
    }
}
