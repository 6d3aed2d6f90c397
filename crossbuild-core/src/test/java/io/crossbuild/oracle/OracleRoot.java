// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.oracle;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.BinaryPackage;
import io.crossbuild.debian.DebEntry;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.debian.DependencySolver;
import io.crossbuild.debian.Mirror;
import io.crossbuild.debian.PackageUnpacker;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.io.Sha256;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Debian packages with all their dependencies, unpacked below the build directory, and scripts that start their
 * programs. All tests of a build share it. It is made in a temporary directory and moved into place, so it is complete
 * or absent; the holder of the lock makes it.
 *
 * @param system the packages' files, each at its path in Debian
 * @param programs the scripts
 */
record OracleRoot(Path system, Path programs) {
    /** Incremented when the selection of files or the scripts change. */
    private static final String LAYOUT = "2";

    private static final List<String> PACKAGES = List.of(
            "bash",
            "binutils",
            "coreutils",
            "dpkg",
            "e2fsprogs",
            "gcc",
            "git",
            "libc6-dev",
            "musl-tools",
            "openssl",
            "perl",
            "proot",
            "qemu-user-static",
            "qemu-utils",
            "strace");

    /** The emulators that tests need: the others would take a quarter of a gigabyte. */
    private static final Pattern EMULATOR = Pattern.compile(
            "/usr/(lib|libexec)/qemu.*|/usr/bin/qemu-(?!(aarch64|arm|mips64el|mipsel|ppc64le|riscv64|s390x)(-static)?$"
                    + "|img$|io$).*");

    private static final Pattern UNUSED = Pattern.compile(
            "/usr/share/(doc|man|locale|info|lintian|bash-completion|i18n|zoneinfo)/.*|.*/(lto1|lto-dump)(-\\d+)?");

    private static final Duration PATIENCE = Duration.ofMinutes(20);

    /** The root for this machine, made if it does not exist. */
    static OracleRoot provide() throws IOException, InterruptedException {
        Path directory = Path.of(System.getProperty("crossbuild.it.oracles", "target/oracles"))
                .toAbsolutePath()
                .normalize();
        Files.createDirectories(directory);
        String suite = suite();
        // The scripts name absolute paths, and a build directory may be moved.
        String contents = String.join("\n", LAYOUT, directory.toString(), PACKAGES.toString());
        String key = Sha256.of(contents.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 12);
        Path place = directory.resolve(suite + "-" + key);
        try {
            PathLock lock = PathLock.acquire(directory.resolve("lock"), PATIENCE, (file, holder) -> {});
            try (lock) {
                if (!Files.isDirectory(place)) {
                    Path staging = directory.resolve("staging");
                    RecursiveDelete.delete(staging);
                    make(suite, Files.createDirectories(staging), place);
                    Files.move(staging, place, StandardCopyOption.ATOMIC_MOVE);
                }
            }
        } catch (CrossbuildException e) {
            throw new IOException("Cannot provide what the tests compare with: " + e.getMessage(), e);
        }
        return new OracleRoot(place.resolve("root"), place.resolve("bin"));
    }

    /**
     * The release of the Debian host if it is new enough, so that its programs and those compiled here match; otherwise
     * the oldest sufficient one, since programs compiled here run with the host's C library, which may be newer but not
     * older.
     */
    private static String suite() throws IOException {
        Path release = Path.of("/etc/os-release");
        String text = Files.exists(release) ? Files.readString(release) : "";
        return text.lines().anyMatch(line -> line.matches("VERSION_CODENAME=\"?trixie\"?")) ? "trixie" : "bookworm";
    }

    private static void make(String suite, Path staging, Path place)
            throws IOException, CrossbuildException, InterruptedException {
        Store store = Store.open(Path.of(System.getProperty("crossbuild.it.home", "target/it-store")));
        Downloader downloader = Downloader.open(DownloadOptions.of(false, BuildListener.NONE));
        DebianArchive archive = DebianArchive.open(
                store, downloader, Mirror.choose(null), suite, Architecture.host(), Clock.systemUTC());
        List<BinaryPackage> packages = DependencySolver.solve(archive.index(), PACKAGES);
        Path system = Files.createDirectory(staging.resolve("root"));
        for (String merged : List.of("bin", "sbin", "lib", "lib64")) {
            Files.createDirectories(system.resolve("usr").resolve(merged));
            Files.createSymbolicLink(system.resolve(merged), Path.of("usr", merged));
        }
        PackageUnpacker.unpack(archive.fetch(packages).values(), OracleRoot::isWanted, system);
        keepLinksInside(system);
        new OracleScripts(archive.architecture(), system, place.resolve("root"), place.resolve("bin"))
                .write(Files.createDirectory(staging.resolve("bin")));
    }

    private static boolean isWanted(DebEntry entry) {
        return !EMULATOR.matcher(entry.path()).matches()
                && !UNUSED.matcher(entry.path()).matches();
    }

    /** Makes absolute links relative: otherwise they would lead to the machine's own files. */
    private static void keepLinksInside(Path system) throws IOException {
        List<Path> links;
        try (Stream<Path> walk = Files.walk(system)) {
            links = walk.filter(Files::isSymbolicLink).toList();
        }
        for (Path link : links) {
            Path target = Files.readSymbolicLink(link);
            if (target.isAbsolute()) {
                Path inside = system.resolve(Path.of("/").relativize(target));
                Files.delete(link);
                Files.createSymbolicLink(link, link.getParent().relativize(inside));
            }
        }
    }
}
