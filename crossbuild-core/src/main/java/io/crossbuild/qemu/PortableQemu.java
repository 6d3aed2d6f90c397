// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.BinaryPackage;
import io.crossbuild.debian.DebEntry;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.DependencySolver;
import io.crossbuild.debian.PackageUnpacker;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.io.Sha256;
import io.crossbuild.store.SealCheck;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A QEMU from Debian's packages that runs on any Linux: unpacked into the store, with all its libraries, and started
 * through the C library's own loader. It uses none of the host's libraries and needs no root rights.
 */
final class PortableQemu implements QemuSource {
    private static final Logger LOG = LoggerFactory.getLogger(PortableQemu.class);

    /** Incremented when the choice of files or the way to start them changes. */
    private static final String LAYOUT = "2";
    /** How often to look for a newer one, because of security fixes. */
    private static final Duration RENEWAL = Duration.ofDays(30);

    private static final Duration RETRY = Duration.ofDays(1);

    /** The files that QEMU loads to boot a kernel directly: the option ROMs, and the BIOS of the PC machine. */
    private static final Set<String> FIRMWARE = Set.of(
            "/usr/share/qemu/kvmvapic.bin",
            "/usr/share/qemu/linuxboot.bin",
            "/usr/share/qemu/linuxboot_dma.bin",
            "/usr/share/qemu/pvh.bin",
            "/usr/share/seabios/bios-256k.bin");

    private final Store store;
    private final DebianArchive archive;
    private final BuildListener listener;
    private final Clock clock;

    /** @param archive of the host's architecture */
    PortableQemu(Store store, DebianArchive archive, BuildListener listener, Clock clock) {
        this.store = store;
        this.archive = archive;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * The emulator for guests of an architecture, from the store if possible.
     *
     * @throws DownloadException when it has to be downloaded and that fails
     */
    @Override
    public QemuBinary provide(Architecture guest) throws CrossbuildException, IOException, InterruptedException {
        Optional<QemuMetadata> metadata = QemuMetadata.read(store, metadataName(guest))
                .filter(n -> !n.key().isEmpty());
        if (metadata.isPresent()) {
            Optional<Path> root =
                    new SealCheck(store).find(Store.Kind.QEMU, metadata.get().key(), listener);
            if (root.isPresent()) {
                store.touch(Store.Kind.QEMU, metadata.get().key());
                QemuBinary held = binary(guest, root.get(), metadata.get());
                return isRecent(metadata.get())
                        ? held
                        : renewed(guest, held, metadata.get().key());
            }
        }
        return install(guest);
    }

    private boolean isRecent(QemuMetadata metadata) {
        Duration age = Duration.between(metadata.written(), clock.instant());
        return !age.isNegative() && age.compareTo(RENEWAL) < 0;
    }

    /** A newer one is desirable but not needed; if it cannot be downloaded, this is tried again the next day. */
    private QemuBinary renewed(Architecture guest, QemuBinary held, String key)
            throws CrossbuildException, IOException, InterruptedException {
        try {
            return install(guest);
        } catch (CrossbuildException e) {
            LOG.debug("no newer QEMU now", e);
            QemuMetadata.of(held, key, clock.instant().minus(RENEWAL).plus(RETRY))
                    .keep(store, metadataName(guest));
            return held;
        }
    }

    private QemuBinary install(Architecture guest) throws CrossbuildException, IOException, InterruptedException {
        long start = System.nanoTime();
        Phase phase = new Phase.ProvideQemu(guest);
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        List<BinaryPackage> packages = DependencySolver.solve(archive.index(), List.of(packageName(guest)));
        String key = key(guest, packages);
        Path root = store.publish(Store.Kind.QEMU, key, directory -> {
            Map<BinaryPackage, Path> files = archive.fetch(packages);
            PackageUnpacker.unpack(files.values(), entry -> isWanted(guest, entry), directory);
        });
        QemuBinary qemu = QemuProbe.probe(guest, program(guest, root), command(guest, root), env(root));
        QemuMetadata.of(qemu, key, clock.instant()).keep(store, metadataName(guest));
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
        return qemu;
    }

    private static String packageName(Architecture guest) {
        return switch (guest) {
            case AMD64 -> "qemu-system-x86";
            case ARM64 -> "qemu-system-arm";
        };
    }

    private String metadataName(Architecture guest) {
        return "qemu-portable-" + LAYOUT + "-" + guest.debianName() + "-on-"
                + archive.architecture().debianName();
    }

    private static String key(Architecture guest, List<BinaryPackage> packages) {
        StringBuilder text = new StringBuilder(LAYOUT).append('\n').append(guest.debianName());
        packages.stream()
                .map(p -> p.digest().hex())
                .sorted()
                .forEach(digest -> text.append('\n').append(digest));
        return Sha256.of(text.toString().getBytes(StandardCharsets.UTF_8)).hex();
    }

    /**
     * The emulator, the libraries and the firmware, but not the 80 MB of documents, translations, other emulators and
     * tools.
     */
    private boolean isWanted(Architecture guest, DebEntry entry) {
        String path = entry.path();
        String libraries = "/usr/lib/" + archive.architecture().gnuTriplet() + "/";
        if (path.startsWith(libraries)) {
            String name = path.substring(libraries.length());
            return name.indexOf('/') < 0 && name.contains(".so");
        }
        return path.equals("/usr/bin/qemu-system-" + guest.qemuName()) || FIRMWARE.contains(path);
    }

    private QemuBinary binary(Architecture guest, Path root, QemuMetadata metadata) {
        return new QemuBinary(
                guest,
                program(guest, root),
                command(guest, root),
                env(root),
                metadata.version(),
                metadata.major(),
                metadata.sandbox(),
                metadata.build());
    }

    private static Path program(Architecture guest, Path root) {
        return root.resolve("usr/bin/qemu-system-" + guest.qemuName());
    }

    /** ld.so(8): the program's own libraries, never those from the host's cache or default directories. */
    private List<String> command(Architecture guest, Path root) {
        Path libraries = libraries(root);
        return List.of(
                libraries.resolve(loader()).toString(),
                "--inhibit-cache",
                "--library-path",
                libraries.toString(),
                program(guest, root).toString(),
                "-L",
                root.resolve("usr/share/qemu").toString(),
                "-L",
                root.resolve("usr/share/seabios").toString());
    }

    private Path libraries(Path root) {
        return root.resolve("usr/lib").resolve(archive.architecture().gnuTriplet());
    }

    private String loader() {
        return switch (archive.architecture()) {
            case AMD64 -> "ld-linux-x86-64.so.2";
            case ARM64 -> "ld-linux-aarch64.so.1";
        };
    }

    /** Libraries that the host preloads or uses for translation were built for the host's C library. */
    private Map<String, String> env(Path root) {
        return Map.of(
                "QEMU_MODULE_DIR", libraries(root).resolve("qemu").toString(),
                "LD_PRELOAD", "",
                "LC_ALL", "C");
    }
}
