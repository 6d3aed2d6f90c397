// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.Needs;
import io.crossbuild.arch.Architecture;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.Sha256;
import io.crossbuild.net.DownloadOptions;
import io.crossbuild.net.Downloader;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.XZInputStream;

/**
 * Compares the real archive with apt and dpkg. Runs where the tests with virtual machines run, since those need it too.
 */
class DebianArchiveIT {
    private static final Pattern INSTALLED = Pattern.compile("(?m)^Inst (\\S+) \\((\\S+) ");

    @TempDir
    Path dir;

    private Store store;

    @BeforeEach
    void openStore() throws Exception {
        assumeTrue(Needs.areRequested(), "crossbuild.it.vm is not set");
        store = Store.open(Path.of(System.getProperty("crossbuild.it.home")));
    }

    private DebianArchive archive(String suite) throws CrossbuildException {
        Downloader downloader = Downloader.open(DownloadOptions.of(false, BuildListener.NONE));
        return DebianArchive.open(store, downloader, Mirror.choose(null), suite, Architecture.AMD64, Clock.systemUTC());
    }

    @ParameterizedTest
    @ValueSource(strings = {"trixie", "bookworm", "bullseye"})
    void theIndexOfEachSuiteIsSignedByItsShippedKeys(String suite) throws Exception {
        SignedRelease release = archive(suite).release();
        assertThat(release.suite()).isEqualTo(suite);
        for (Architecture architecture : Architecture.values()) {
            assertThat(release.file("main/binary-" + architecture.debianName() + "/Packages.xz"))
                    .isPresent();
        }
    }

    private DebianArchive withUpdates(String suite) throws CrossbuildException {
        Downloader downloader = Downloader.open(DownloadOptions.of(false, BuildListener.NONE));
        Mirrors mirrors = Mirrors.of(Mirror.choose(null)).withUpdates(Mirror.ofHostSecurity(null));
        return DebianArchive.open(store, downloader, mirrors, suite, Architecture.AMD64, Clock.systemUTC());
    }

    @ParameterizedTest
    @ValueSource(strings = {"trixie", "bookworm", "bullseye"})
    void theSecurityArchiveOfEachSuiteIsSignedByItsShippedKeys(String suite) throws Exception {
        assertThat(withUpdates(suite).releases()).containsKeys(suite, suite + "-security");
    }

    @Test
    void thePackagesChosenAreThoseThatAptChooses() throws Exception {
        assertChosenAsByApt(withUpdates("trixie"));
    }

    /** It takes a minute, so it runs only with {@code -Dcrossbuild.it.long=true}. */
    @Test
    @EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
    void soAreThoseWithoutUpdates() throws Exception {
        assertChosenAsByApt(archive("trixie"));
    }

    private void assertChosenAsByApt(DebianArchive archive) throws Exception {
        Oracle.need("apt-get");
        Path apt = makeAptRoot(archive);
        List<String> base = BaseSystem.names(archive.index());
        List<String> baseAndNpm = new ArrayList<>(base);
        baseAndNpm.add("npm");
        for (List<String> names : List.of(
                base,
                baseAndNpm,
                List.of("npm"),
                List.of("qemu-system-x86"),
                List.of("nodejs", "gcc", "g++", "make"),
                List.of("python3-pip", "cmake"))) {
            Map<String, String> ours = new TreeMap<>();
            for (BinaryPackage one : DependencySolver.solve(archive.index(), names)) {
                ours.put(one.name(), one.version().toString());
            }
            assertThat(ours).as(names.toString()).isEqualTo(chosenByApt(apt, names));
        }
    }

    /** A root for apt without installed packages, with the archive's own package indexes as its only sources. */
    private Path makeAptRoot(DebianArchive archive) throws IOException, CrossbuildException, InterruptedException {
        Path apt = dir.resolve("apt");
        for (String name : List.of(
                "etc/apt/apt.conf.d",
                "etc/apt/preferences.d",
                "var/lib/apt/lists/partial",
                "var/cache/apt/archives/partial",
                "var/lib/dpkg")) {
            Files.createDirectories(apt.resolve(name));
        }
        Files.createFile(apt.resolve("var/lib/dpkg/status"));
        StringBuilder sources = new StringBuilder();
        for (SuiteArchive part : archive.parts()) {
            Path repository = Files.createDirectory(apt.resolve(part.suite()));
            try (InputStream packed = Files.newInputStream(part.packagesFile());
                    InputStream text = new XZInputStream(packed)) {
                Files.copy(text, repository.resolve("Packages"));
            }
            sources.append("deb [trusted=yes] file:").append(repository).append(" ./\n");
        }
        Files.writeString(apt.resolve("etc/apt/sources.list"), sources);
        Oracle.run(dir, Path.of("/dev/null"), aptGet(apt, "update"));
        return apt;
    }

    private static List<String> aptGet(Path apt, String... arguments) {
        List<String> command = new ArrayList<>(List.of("apt-get"));
        for (String option : List.of(
                "Dir=" + apt,
                "Dir::State::status=" + apt.resolve("var/lib/dpkg/status"),
                "APT::Architecture=amd64",
                "APT::Architectures=amd64",
                "APT::Install-Recommends=false",
                "APT::Sandbox::User=root",
                "Acquire::Languages=none")) {
            command.add("-o");
            command.add(option);
        }
        command.addAll(List.of(arguments));
        return command;
    }

    private Map<String, String> chosenByApt(Path apt, List<String> names) throws IOException, InterruptedException {
        List<String> command = aptGet(apt, "install", "-s", "-y");
        command.addAll(names);
        Map<String, String> chosen = new TreeMap<>();
        Matcher line = INSTALLED.matcher(Oracle.run(dir, Path.of("/dev/null"), command));
        while (line.find()) {
            chosen.put(line.group(1), line.group(2));
        }
        return chosen;
    }

    @Test
    void packagesUnpackAsDpkgUnpacksThem() throws Exception {
        Oracle.need("dpkg-deb");
        DebianArchive archive = archive("trixie");
        List<BinaryPackage> packages = new ArrayList<>();
        for (String name : List.of("base-files", "libc6", "mawk", "tzdata", "perl-base")) {
            packages.add(archive.index().find(name).orElseThrow());
        }
        Map<BinaryPackage, Path> files = archive.fetch(packages);
        for (Map.Entry<BinaryPackage, Path> file : files.entrySet()) {
            String name = file.getKey().name();
            Path ours = Files.createDirectories(dir.resolve(name + "-ours"));
            Path theirs = Files.createDirectories(dir.resolve(name + "-theirs"));
            PackageUnpacker.unpack(List.of(file.getValue()), ours);
            Oracle.run(
                    dir,
                    Path.of("/dev/null"),
                    List.of("dpkg-deb", "-x", file.getValue().toString(), theirs.toString()));
            assertThat(listing(ours)).as(name).isNotEmpty().isEqualTo(listing(theirs));
            assertThat(DebFile.open(file.getValue()).control().require("Version"))
                    .isEqualTo(file.getKey().version().toString());
        }
    }

    private static List<String> listing(Path root) throws IOException {
        List<Path> paths;
        try (Stream<Path> walk = Files.walk(root)) {
            paths = walk.filter(path -> !path.equals(root)).sorted().toList();
        }
        List<String> lines = new ArrayList<>();
        for (Path path : paths) {
            String name = root.relativize(path).toString();
            if (Files.isSymbolicLink(path)) {
                lines.add(name + " -> " + Files.readSymbolicLink(path));
                continue;
            }
            String mode = PosixFilePermissions.toString(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
            lines.add(name + " " + mode
                    + (Files.isDirectory(path)
                            ? ""
                            : " " + Files.getLastModifiedTime(path).toMillis() + " " + Sha256.of(path)));
        }
        return lines;
    }
}
