// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.io.Sha256;
import io.crossbuild.spec.InputSpec;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostInputTest {
    @TempDir
    Path directory;

    private Path project;
    private List<Path> copyFrom = List.of();

    @BeforeEach
    void makeProject() throws IOException {
        project = Files.createDirectories(directory.toRealPath().resolve("project"));
        write("build.txt", "make");
        write("src/a.c", "int a;");
        write("src/sub/b.c", "int b;");
    }

    @Test
    void aSlashAtTheEndMeansIntoElseTheSourceBecomesTheDestination() throws Exception {
        assertThat(landing("src", "/opt/app")).isEqualTo("/opt/app: a.c sub/ sub/b.c");
        assertThat(landing("src", "/opt/")).isEqualTo("/opt/: src/ src/a.c src/sub/ src/sub/b.c");
        assertThat(landing("src/", ".")).isEqualTo(".: src/ src/a.c src/sub/ src/sub/b.c");
        assertThat(landing("src/.", "lib/")).isEqualTo("lib/: a.c sub/ sub/b.c");
        assertThat(landing("src/sub/..", "x")).isEqualTo("x: a.c sub/ sub/b.c");
        assertThat(landing("src/a.c", "main.c")).isEqualTo(".: main.c");
        assertThat(landing("src/a.c", "/opt/main.c")).isEqualTo("/opt/: main.c");
        assertThat(landing("src/a.c", "..")).isEqualTo("..: a.c");
        assertThat(landing("src/a.c", "~/x/")).isEqualTo("/root/x/: a.c");
        assertThat(landing("src/a.c", "~")).isEqualTo("/root/: a.c");
    }

    @Test
    void theDigestIsOfNamesModesTargetsAndContentAlone() throws Exception {
        Sha256 before = read("src").digest();
        Files.setLastModifiedTime(project.resolve("src/a.c"), FileTime.fromMillis(1));
        assertThat(read("src").digest()).isEqualTo(before);

        write("src/a.c", "int c;");
        Sha256 content = read("src").digest();
        assertThat(content).isNotEqualTo(before);
        Files.move(project.resolve("src/a.c"), project.resolve("src/c.c"));
        Sha256 name = read("src").digest();
        assertThat(name).isNotIn(before, content);
        Files.delete(project.resolve("src/sub/b.c"));
        assertThat(read("src").digest()).isNotIn(before, content, name);
    }

    @Test
    void aModeOrALinksTargetChangesTheDigest() throws Exception {
        onPosix();
        Sha256 before = read("src").digest();
        Files.setPosixFilePermissions(project.resolve("src/a.c"), PosixFilePermissions.fromString("rwxr-x---"));
        Sha256 mode = read("src").digest();
        Files.createSymbolicLink(project.resolve("src/link"), Path.of("a.c"));
        Sha256 link = read("src").digest();
        Files.delete(project.resolve("src/link"));
        Files.createSymbolicLink(project.resolve("src/link"), Path.of("b.c"));
        assertThat(List.of(before, mode, link, read("src").digest())).doesNotHaveDuplicates();
    }

    @Test
    void linksStayLinksWhereverTheyLeadButTheSourceItselfIsFollowed() throws Exception {
        onPosix();
        Files.createSymbolicLink(project.resolve("src/out"), Path.of("../../elsewhere"));
        Files.createSymbolicLink(project.resolve("src/passwd"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(project.resolve("current"), Path.of("src"));

        assertThat(landing("current", "x/"))
                .isEqualTo("x/: current/ current/a.c current/out -> ../../elsewhere"
                        + " current/passwd -> /etc/passwd current/sub/ current/sub/b.c");
    }

    @Test
    void whatIsElsewhereIsRefused() throws Exception {
        Files.createDirectories(directory.resolve("elsewhere"));
        Files.writeString(directory.resolve("elsewhere/secret"), "s");
        Files.createDirectories(directory.resolve("project-2"));
        for (String source : List.of("../elsewhere/secret", "..", "../elsewhere", "../project-2", "/etc")) {
            assertRefused(source);
        }
        // A path that leaves the project and comes back is a path of the project.
        assertThat(landing("../project/src/a.c", "/")).isEqualTo("/: a.c");
    }

    @Test
    void aLinkThatLeadsElsewhereIsRefused() throws Exception {
        onPosix();
        Files.createDirectories(directory.resolve("elsewhere"));
        Files.writeString(directory.resolve("elsewhere/secret"), "s");
        Files.createSymbolicLink(project.resolve("innocent"), Path.of("../elsewhere/secret"));
        Files.createSymbolicLink(project.resolve("way"), Path.of("../elsewhere"));
        Files.createSymbolicLink(project.resolve("twice"), Path.of("way"));
        for (String source : List.of("innocent", "way", "way/secret", "twice/secret", "src/../way/.")) {
            assertRefused(source);
        }
    }

    @Test
    void whatTheUserAllowsIsCopied() throws Exception {
        Path elsewhere = Files.createDirectories(directory.toRealPath().resolve("elsewhere"));
        Files.writeString(elsewhere.resolve("shared"), "s");
        copyFrom = List.of(directory.resolve("missing"), elsewhere);
        assertThat(landing("../elsewhere", "/x")).isEqualTo("/x: shared");
        assertThat(landing(elsewhere.resolve("shared").toString(), "/x/")).isEqualTo("/x/: shared");
        assertRefused("..");
        copyFrom = List.of(elsewhere.resolve("shared"));
        assertThat(landing("../elsewhere/shared", "/x/")).isEqualTo("/x/: shared");
        assertRefused("../elsewhere");
    }

    private void assertRefused(String source) throws Exception {
        Path real = project.resolve(source).toRealPath();
        assertThatThrownBy(() -> landing(source, "/x"))
                .as(source)
                .isInstanceOf(ConfigException.class)
                .hasMessage("Cannot use 'build.txt': line 7: '" + source + "' is '" + real + "', outside '" + project
                        + "' (expected a file in it, or in a directory that may be copied from)")
                .extracting(e -> ((ConfigException) e).advice())
                .isEqualTo(List.of(AdviceKey.ALLOW_COPY_FROM.advice(
                        "directory", String.valueOf(Files.isDirectory(real) ? real : real.getParent()))));
    }

    @Test
    void namesAreWrittenByteForByteHoweverLong() throws Exception {
        String longName = "d".repeat(200) + "/" + "e".repeat(200) + "/" + "f".repeat(200);
        write("odd/" + longName, "x");
        write("odd/über straße", "x");
        write("odd/-rf *", "x");
        write("odd/line\nfeed", "x");

        assertThat(landing("odd", "/")).contains("odd/" + longName, "odd/-rf *", "odd/line\nfeed", "odd/über straße");
    }

    @Test
    void whatTheIgnoreFileAndTheExcludesSayIsLeftOut() throws Exception {
        write(".crossbuildignore", "/src/sub\n*.o\n");
        write("src/x.o", "");
        write("src/y.tmp", "");

        assertThat(archive(new InputSpec("pom.xml", "<input>", "src", "/", List.of("*.tmp"))))
                .isEqualTo("/: src/ src/a.c");
        assertThat(landing(".", "/app")).isEqualTo("/app: src/ src/a.c src/y.tmp");
    }

    @Test
    void crossbuildsOwnFilesAreLeftOut() throws Exception {
        write("target/crossbuild/logs/default/build.log", "");
        write("target/crossbuild/root/usr/bin/node", "");
        write("target/crossbuild/root/.crossbuild/manifest.json", "{}");
        write("target/classes/A.class", "");

        assertThat(landing(".", "/app"))
                .isEqualTo(
                        "/app: src/ src/a.c src/sub/ src/sub/b.c target/ target/classes/" + " target/classes/A.class");
    }

    @Test
    void whatABuildMakesDoesNotChangeTheDigest() throws Exception {
        write("kept/empty/x", "");
        Files.delete(project.resolve("kept/empty/x"));
        Sha256 before = read(".").digest();
        write("target/crossbuild/logs/default/build.log", "");
        write("target/crossbuild/a/root/.crossbuild/manifest.json", "{}");
        write("target/crossbuild/a/root/one", "1");
        assertThat(read(".").digest()).isEqualTo(before);
        write("target/crossbuild/a/mine", "");
        assertThat(landing(".", "/app"))
                .isEqualTo("/app: kept/ kept/empty/ src/ src/a.c src/sub/ src/sub/b.c"
                        + " target/ target/crossbuild/ target/crossbuild/a/ target/crossbuild/a/mine");
    }

    @Test
    void aMissingSourceIsReportedWithItsPlace() {
        assertThatThrownBy(() -> landing("srcc", "/x"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("Cannot use 'build.txt': line 7: there is no file '" + project.resolve("srcc")
                        + "' to copy (expected one)");
    }

    @Test
    void thePlacesOnTheDiskAreWholeMebibytes() throws Exception {
        write("big", "x".repeat(3 << 20));
        InputContext context = context();
        HostInput big = HostInput.of(spec("big", "/"), context);
        HostInput small = HostInput.of(spec("src", "/"), context);
        Path image = directory.resolve("image");
        List<InputDisk.Archive> archives = InputDisk.write(image, List.of(big, small, big));

        assertThat(archives).extracting(InputDisk.Archive::offsetMib).containsExactly(0L, 4L, 5L);
        assertThat(archives.get(0).content()).isEqualTo(big.read());
        assertThat(Files.size(image)).isEqualTo(9 << 20);
        try (InputStream in = Files.newInputStream(image)) {
            in.skipNBytes(4 << 20);
            assertThat(entries(in)).containsExactly("src/", "src/a.c", "src/sub/", "src/sub/b.c");
        }
    }

    private String landing(String source, String destination) throws Exception {
        return archive(spec(source, destination));
    }

    private String archive(InputSpec spec) throws Exception {
        HostInput input = HostInput.of(spec, context());
        Path image = directory.resolve("archive");
        InputContent written = InputDisk.write(image, List.of(input)).get(0).content();
        assertThat(written).isEqualTo(input.read());
        try (InputStream in = Files.newInputStream(image)) {
            return input.directory() + ": " + String.join(" ", entries(in));
        }
    }

    private InputContent read(String source) throws Exception {
        return HostInput.of(spec(source, "/x"), context()).read();
    }

    private InputContext context() throws Exception {
        return InputContext.of(
                project.resolve("build.txt"), project.resolve("target/crossbuild/logs/default"), copyFrom);
    }

    private static InputSpec spec(String source, String destination) {
        return new InputSpec("build.txt", "line 7", source, destination, List.of());
    }

    private static List<String> entries(InputStream in) throws IOException {
        List<String> entries = new ArrayList<>();
        TarArchiveInputStream tar =
                new TarArchiveInputStream(new BufferedInputStream(in), StandardCharsets.UTF_8.name());
        for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
            assertThat(entry.getName()).startsWith("./");
            assertThat(entry.getLongUserId()).isZero();
            entries.add(entry.getName().substring(2) + (entry.isSymbolicLink() ? " -> " + entry.getLinkName() : ""));
        }
        return entries;
    }

    private void write(String path, String content) throws IOException {
        Path file = project.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    private static void onPosix() {
        assumeThat(Path.of("").getFileSystem().supportedFileAttributeViews()).contains("posix");
    }
}
