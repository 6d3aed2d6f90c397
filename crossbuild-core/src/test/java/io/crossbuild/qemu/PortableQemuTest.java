// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.Mirror;
import io.crossbuild.error.DownloadException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.store.BitRot;
import io.crossbuild.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Offline: the store's QEMU is used as long as there is no other. */
class PortableQemuTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final String NOTE = "qemu-portable-2-arm64-on-amd64";

    @TempDir
    Path directory;

    private final List<BuildEvent> said = new ArrayList<>();
    private Store store;
    private DebianArchive archive;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(directory);
        Downloader offline = Downloader.open(DownloadOptions.of(true, BuildListener.NONE));
        archive = DebianArchive.open(
                store, offline, Mirror.BUILT_IN, "trixie", Architecture.AMD64, Clock.fixed(NOW, ZoneOffset.UTC));
    }

    @Test
    void withNothingInTheStoreItCannotBeHad() {
        assertThatThrownBy(() -> provide(NOW)).isInstanceOf(DownloadException.class);
    }

    @Test
    void theOneInTheStoreIsStartedThroughItsOwnLoader() throws Exception {
        Path root = hold();
        QemuBinary qemu = provide(NOW.plus(Duration.ofDays(29)));
        String libraries = root.resolve("usr/lib/x86_64-linux-gnu").toString();
        assertThat(qemu.command())
                .containsExactly(
                        libraries + "/ld-linux-x86-64.so.2",
                        "--inhibit-cache",
                        "--library-path",
                        libraries,
                        root + "/usr/bin/qemu-system-aarch64",
                        "-L",
                        root + "/usr/share/qemu",
                        "-L",
                        root + "/usr/share/seabios");
        assertThat(qemu.env())
                .containsEntry("QEMU_MODULE_DIR", libraries + "/qemu")
                .containsEntry("LD_PRELOAD", "");
        assertThat(qemu.version()).isEqualTo("10.0.1");
        assertThat(qemu.architecture()).isEqualTo(Architecture.ARM64);
    }

    @Test
    void anOldOneIsBetterThanNone() throws Exception {
        hold();
        assertThat(provide(NOW.plus(Duration.ofDays(400))).version()).isEqualTo("10.0.1");
    }

    @Test
    void aNoteOfOneThatWasRemovedIsNotBelieved() throws Exception {
        hold();
        store.remove(Store.Kind.QEMU, "key");
        assertThatThrownBy(() -> provide(NOW)).isInstanceOf(DownloadException.class);
    }

    @Test
    void aDamagedOneIsNamedAndNotStarted() throws Exception {
        Path library = hold().resolve("usr/lib/x86_64-linux-gnu/libc.so.6");
        BitRot.flip(library, 1);
        assertThatThrownBy(() -> provide(NOW)).isInstanceOf(DownloadException.class);
        assertThat(said.get(0))
                .isInstanceOfSatisfying(
                        Warning.StoreDamaged.class,
                        w -> assertThat(w.damage()).startsWith("'" + library + "' has digest "));
        assertThat(store.keys(Store.Kind.QEMU)).isEmpty();
    }

    @Test
    void aDamagedNoteIsNotBelieved() throws Exception {
        hold();
        store.keepVerdict(NOTE, new byte[] {'{', 1, 2});
        assertThatThrownBy(() -> provide(NOW)).isInstanceOf(DownloadException.class);
    }

    private Path hold() throws Exception {
        Path root = store.publish(
                Store.Kind.QEMU,
                "key",
                made -> Files.writeString(
                        Files.createDirectories(made.resolve("usr/lib/x86_64-linux-gnu"))
                                .resolve("libc.so.6"),
                        "libc"));
        QemuMetadata.of(Machines.qemu(Architecture.ARM64, 10), "key", NOW).keep(store, NOTE);
        return root;
    }

    private QemuBinary provide(Instant now) throws Exception {
        return new PortableQemu(store, archive, said::add, Clock.fixed(now, ZoneOffset.UTC))
                .provide(Architecture.ARM64);
    }
}
