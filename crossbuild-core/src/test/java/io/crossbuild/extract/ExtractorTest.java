// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.config;
import static io.crossbuild.extract.Guest.dirs;
import static io.crossbuild.extract.Guest.files;
import static io.crossbuild.extract.Guest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.config.ConfigLayer;
import io.crossbuild.error.ClosureException;
import io.crossbuild.error.ConfigException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.Warning;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExtractorTest {
    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = temp.toRealPath().resolve("root");
    }

    @Test
    void theDocumentedExampleGivesTheGuestsPathsWithItsLinks() throws Exception {
        Guest guest = Guest.withProgram();
        ExtractionResult result = guest.extract(config("/usr/bin/node", List.of(), List.of("node_modules")), root);
        assertThat(snapshot(root).keySet())
                .containsExactly(
                        "lib64",
                        "node_modules",
                        "node_modules/.bin",
                        "node_modules/.bin/a",
                        "node_modules/a",
                        "node_modules/a/cli.js",
                        "node_modules/a/index.js",
                        "usr",
                        "usr/bin",
                        "usr/bin/node",
                        "usr/lib64",
                        "usr/lib64/ld-linux-x86-64.so.2",
                        "usr/lib64/libc.so.6",
                        "usr/lib64/libz.so.1",
                        "usr/lib64/libz.so.1.3");
        assertThat(snapshot(root))
                .containsEntry("lib64", "-> usr/lib64")
                .containsEntry("usr/lib64/libz.so.1", "-> libz.so.1.3")
                .containsEntry("node_modules/.bin/a", "-> ../a/cli.js")
                .containsEntry("node_modules/a/index.js", "a");
        assertThat(root.resolve("lib64/ld-linux-x86-64.so.2")).isRegularFile();
        assertThat(result.files()).isEqualTo(15);
        assertThat(result.written()).isEqualTo(15);
        assertThat(guest.warnings()).isEmpty();
    }

    @Test
    void modesAndTimesAreTheGuests() throws Exception {
        new Guest()
                .dir("/d", 0555)
                .file("/d/x", "x", 0751)
                .file("/d/s", "s", 04755)
                .file("/d/none", "n", 0)
                .extract(dirs("/d"), root);
        assertThat(mode("d")).isEqualTo(0555);
        assertThat(mode("d/x")).isEqualTo(0751);
        assertThat(mode("d/s")).isEqualTo(0755);
        assertThat(mode("d/none")).isZero();
        for (String path : List.of("d", "d/x", "d/none")) {
            Instant time = Files.getLastModifiedTime(root.resolve(path)).toInstant();
            assertThat(time).as(path).isBetween(Guest.TIME.minusNanos(1000), Guest.TIME);
        }
        root.resolve("d").toFile().setWritable(true);
    }

    @Test
    void oneOutputTimestampIsGivenToEverything() throws Exception {
        Instant time = Instant.parse("2020-01-01T00:00:00Z");
        new Guest()
                .file("/d/x", "x", 06711)
                .extract(
                        dirs("/d"),
                        ExtractionOptions.DEFAULTS.withOutputTimestamp(time).withKeepSetId(true),
                        root);
        assertThat(Files.getLastModifiedTime(root.resolve("d/x")).toInstant()).isEqualTo(time);
        assertThat(Files.getLastModifiedTime(root.resolve("d")).toInstant()).isEqualTo(time);
        assertThat(mode("d/x")).isEqualTo(06711);
    }

    private int mode(String path) throws Exception {
        return (Integer) Files.getAttribute(root.resolve(path), "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777;
    }

    @Test
    void hardLinksStayOneFile() throws Exception {
        Guest guest = new Guest().file("/d/a", "same");
        guest.builder.hardLink("/d/b", "/d/a").hardLink("/d/sub/c", "/d/a");
        guest.extract(dirs("/d"), root);
        assertThat(Files.isSameFile(root.resolve("d/a"), root.resolve("d/b"))).isTrue();
        assertThat(Files.isSameFile(root.resolve("d/a"), root.resolve("d/sub/c")))
                .isTrue();
    }

    @Test
    void everyMissingPathIsReportedAtOnceWithItsNearestName() throws Exception {
        Guest guest = Guest.withProgram().file("/root/app/main.js", "x");
        BuildConfig config = new BuildConfig(
                "/usr/bin/nod",
                List.of(),
                List.of("node_modules", "/usr/lob64/x", "app/mian.js"),
                List.of("node_module", "/usr/bin/node"),
                Map.of("app/", "/x", "app/[", "/x", "ap/*", "/x"),
                Map.of());
        ConfigException e = catchThrowableOfType(ConfigException.class, () -> guest.extract(config, root));
        assertThat(e.problems())
                .containsExactlyInAnyOrder(
                        "Program '/usr/bin/nod': not in the guest; did you mean '/usr/bin/node'?",
                        "Files 'node_modules': a directory in the guest (expected a file; directories go to Dirs)",
                        "Files '/usr/lob64/x': not in the guest: no '/usr/lob64'; did you mean '/usr/lib64'?",
                        "Files 'app/mian.js': not in the guest; did you mean 'app/main.js'?",
                        "Dirs 'node_module': not in the guest; did you mean 'node_modules'?",
                        "Dirs '/usr/bin/node': a file in the guest (expected a directory; files go to Files)",
                        "MapDirs 'app/': no pattern at the end (expected one such as 'app/*')",
                        "MapDirs 'app/[': the pattern ends too early (expected * ? [a-z] or names)",
                        "MapDirs 'ap/*': not in the guest: no '/root/ap'; did you mean 'app'?");
        assertThat(root).doesNotExist();
    }

    @Test
    void theErrorNamesTheFileThatThePathComesFrom() throws Exception {
        BuildConfig config = BuildConfig.merge(List.of(new ConfigLayer(
                "/project/config.json", null, null, List.of("/none"), null, Map.of("a/*", "/x"), null, Map.of())));
        assertThatThrownBy(() -> new Guest().file("/f", "f").extract(config, root))
                .hasMessageStartingWith(
                        "Cannot use '/project/config.json': 2 problems\n  Files '/none': not in the guest");
    }

    @Test
    void aBareProgramNameIsFoundInPath() throws Exception {
        Guest.withProgram().extract(config("node", List.of(), List.of()), root);
        assertThat(root.resolve("usr/bin/node")).isRegularFile();
        assertThat(json("run.json").path("Program").asText()).isEqualTo("/usr/bin/node");
        assertThatThrownBy(() -> Guest.withProgram().extract(config("nod", List.of(), List.of()), root))
                .hasMessageContaining("Program 'nod': not in the guest's directories of PATH (/usr/local/sbin:")
                .hasMessageEndingWith("did you mean 'node'?");
    }

    @Test
    void aProgramWithoutALibraryIsAnErrorWithTheChainAndNothingIsWritten() throws Exception {
        Guest guest = Guest.withProgram().file("/usr/lib64/libz.so.1.3", TinyElf.library(null, "libgone.so.2"), 0644);
        assertThatThrownBy(() -> guest.extract(config("/usr/bin/node", List.of(), List.of()), root))
                .isInstanceOf(ClosureException.class)
                .hasMessageContaining("libgone.so.2")
                .hasMessageContaining("/usr/bin/node -> ")
                .hasMessageContaining("libz.so.1");
        assertThat(root).doesNotExist();
    }

    @Test
    void anAddonsLibrariesAreTakenAndMissingOnesAreWarnedOf() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/root/node_modules/x/x.node", TinyElf.library("$ORIGIN/../y", "liby.so", "libm.so.6"), 0755)
                .file("/root/node_modules/y/liby.so", TinyElf.library(null), 0755)
                .file("/usr/lib64/libm.so.6", TinyElf.library(null, "libnone.so"), 0755);
        guest.extract(config("/usr/bin/node", List.of(), List.of("node_modules/x")), root);
        assertThat(root.resolve("usr/lib64/libm.so.6")).isRegularFile();
        // Next to the project, as before, although it was not selected.
        assertThat(root.resolve("node_modules/y/liby.so")).isRegularFile();
        Warning.NotLoadable warning = guest.warning(Warning.NotLoadable.class);
        assertThat(warning.file()).isEqualTo("/root/node_modules/x/x.node");
        assertThat(warning.problem()).contains("libnone.so");
    }

    @Test
    void mapDirsMatchesTheNameOfEveryEntryAtAnyDepth() throws Exception {
        new Guest()
                .file("/root/src/a.js", "1")
                .file("/root/src/sub/deep/b.js", "2")
                .file("/root/src/sub/c.txt", "3")
                .file("/root/src/x.js/d.txt", "4")
                .link("/root/src/l.js", "sub/c.txt")
                .extract(
                        new BuildConfig(null, List.of(), List.of(), List.of(), Map.of("src/*.js", "/app"), Map.of()),
                        root);
        assertThat(snapshot(root).keySet())
                .containsExactly(
                        "src",
                        "src/a.js",
                        "src/l.js",
                        "src/sub",
                        "src/sub/c.txt",
                        "src/sub/deep",
                        "src/sub/deep/b.js",
                        "src/x.js");
    }

    @Test
    void aDirectoryThatIsALinkIsTakenWithWhatItLeadsTo() throws Exception {
        new Guest().file("/opt/app-1.2/x", "x").link("/opt/app", "app-1.2").extract(dirs("/opt/app"), root);
        assertThat(snapshot(root))
                .containsOnly(
                        Map.entry("opt", "dir"),
                        Map.entry("opt/app", "-> app-1.2"),
                        Map.entry("opt/app-1.2", "dir"),
                        Map.entry("opt/app-1.2/x", "x"));
    }

    @Test
    void linksThatWouldLeadOutOfTheTargetRootAreRewritten() throws Exception {
        Guest guest = new Guest()
                .file("/usr/share/x", "x")
                .file("/root/shared/y", "y")
                .file("/root/p/z", "z")
                .link("/usr/lib/absolute", "/usr/share/x")
                .link("/usr/lib/climbs", "../../../../../usr/share/x")
                .link("/usr/lib/up", "../share/x")
                .link("/usr/lib/gone", "/no/such/file")
                .link("/usr/lib/climbsToNothing", "../../../../etc/none")
                .link("/usr/lib/trick", "sub/../../../etc")
                .link("/usr/lib/sub", "/usr")
                .link("/root/p/home", "/root/p/z")
                .link("/root/p/out", "../../usr/share/x")
                .link("/root/p/outOfSelection", "../shared/y");
        guest.extract(config(null, List.of("/usr/share/x"), List.of("/usr/lib", "p")), root);
        assertThat(snapshot(root))
                .containsEntry("usr/lib/absolute", "-> ../share/x")
                .containsEntry("usr/lib/climbs", "-> ../share/x")
                .containsEntry("usr/lib/up", "-> ../share/x")
                .containsEntry("usr/lib/gone", "-> ../../no/such/file")
                .containsEntry("usr/lib/climbsToNothing", "-> ../../etc/none")
                .containsEntry("usr/lib/trick", "-> ../../etc")
                .containsEntry("usr/lib/sub", "-> ..")
                .containsEntry("p/home", "-> z")
                .containsEntry("p/out", "-> ../usr/share/x")
                .containsEntry("p/outOfSelection", "-> ../shared/y");
        assertThat(snapshot(root)).containsEntry("shared/y", "y");
        assertThat(guest.events(BuildEvent.LinksToNothing.class)).isEmpty();
        assertNoLinkLeadsOut();
    }

    /** Follows each link as the host would, but without the host: no step may leave the root. */
    private void assertNoLinkLeadsOut() throws Exception {
        for (Map.Entry<String, String> entry : snapshot(root).entrySet()) {
            if (entry.getValue().startsWith("-> ")) {
                Path link = root.resolve(entry.getKey());
                Path target = link.resolveSibling(entry.getValue().substring(3));
                Path real = Files.exists(target) ? target.toRealPath() : target.normalize();
                assertThat(real.startsWith(root)).as(entry.toString()).isTrue();
            }
        }
    }

    @Test
    void aProjectDirectoryThatIsNamedLikeALinkOfTheGuestIsMergedWithIt() throws Exception {
        Guest guest = Guest.withProgram().file("/root/lib64/own.js", "own");
        guest.extract(config("/usr/bin/node", List.of(), List.of("lib64")), root);
        assertThat(snapshot(root))
                .containsEntry("lib64", "dir")
                .containsEntry("lib64/own.js", "own")
                .containsEntry("lib64/libz.so.1", "-> libz.so.1.3")
                .containsKeys("lib64/ld-linux-x86-64.so.2", "usr/lib64/ld-linux-x86-64.so.2");
    }

    @Test
    void twoFilesForOnePlaceAreAnError() throws Exception {
        Guest guest = new Guest().file("/root/etc/conf", "1").file("/etc/conf", "2");
        assertThatThrownBy(() -> guest.extract(files("etc/conf", "/etc/conf"), root))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'/root/etc/conf' and '/etc/conf' of the guest would both become 'etc/conf'");
        assertThat(root).doesNotExist();
    }

    @Test
    void withoutLinksEachFileIsAtThePathThatTheLoaderOpens() throws Exception {
        Guest guest = Guest.withProgram()
                .link("/root/node_modules/loop", "..")
                .link("/root/node_modules/dir", "a")
                .link("/root/node_modules/gone", "nowhere");
        guest.extract(
                config("/bin/node", List.of(), List.of("node_modules")),
                ExtractionOptions.DEFAULTS.withLinks(ExtractionOptions.Links.FOLLOW),
                root);
        assertThat(snapshot(root).values()).noneMatch(v -> v.startsWith("-> "));
        assertThat(snapshot(root).keySet())
                .contains(
                        "bin/node",
                        "lib64/ld-linux-x86-64.so.2",
                        "lib64/libz.so.1",
                        "node_modules/.bin/a",
                        "node_modules/dir/index.js")
                .doesNotContain("usr", "node_modules/loop/node_modules/loop/node_modules", "node_modules/gone");
        assertThat(snapshot(root)).containsEntry("node_modules/.bin/a", "#!/usr/bin/node");
    }

    @Test
    void withoutLinksAnAddonsLibrariesAreNextToTheAddon() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/opt/app-1.2/x.node", TinyElf.library("$ORIGIN/../libs", "liby.so"), 0755)
                .file("/opt/libs/liby.so", TinyElf.library(null), 0755)
                .link("/srv/app", "/opt/app-1.2")
                .link("/srv/libs", "/opt/libs");
        guest.extract(
                config("/usr/bin/node", List.of(), List.of("/srv/app")),
                ExtractionOptions.DEFAULTS.withLinks(ExtractionOptions.Links.FOLLOW),
                root);
        assertThat(snapshot(root).keySet()).contains("srv/app/x.node", "srv/libs/liby.so");
    }

    @Test
    void devicesPipesAndSocketsAreLeftOutAndReported() throws Exception {
        Guest guest = new Guest().file("/d/x", "x");
        guest.builder
                .special("/d/null", FileType.CHARACTER_DEVICE, FileAttributes.of(0666))
                .special("/d/pipe", FileType.FIFO, FileAttributes.of(0666));
        guest.extract(dirs("/d"), root);
        assertThat(snapshot(root).keySet()).containsExactly("d", "d/x");
        assertThat(guest.events(BuildEvent.FilesLeftOut.class))
                .singleElement()
                .satisfies(e -> assertThat(e.files()).contains("/d/null", "/d/pipe"));
    }

    @Test
    void theManifestSaysWhatEachFileIsAndWhyItIsThere() throws Exception {
        Guest guest = Guest.withProgram();
        guest.builder.hardLink("/root/node_modules/a/twin.js", "/root/node_modules/a/index.js");
        guest.extract(config("/usr/bin/node", List.of(), List.of("node_modules")), root);
        JsonNode manifest = json(".crossbuild/manifest.json");
        List<String> paths = new ArrayList<>();
        manifest.path("files").forEach(f -> paths.add(f.path("path").asText()));
        assertThat(paths).isSorted().hasSize(16);
        JsonNode library = entry(manifest, "usr/lib64/libz.so.1.3");
        assertThat(library.toString())
                .startsWith(
                        "{\"path\":\"usr/lib64/libz.so.1.3\",\"type\":\"file\",\"guest\":\"/usr/lib64/libz.so.1.3\",")
                .contains("\"mode\":\"0644\",\"modified\":\"2024-03-01T12:34:56.123456789Z\",")
                .contains("\"reason\":{\"requester\":\"/usr/bin/node\",\"name\":\"libz.so.1\",\"rule\":\"");
        assertThat(entry(manifest, "usr/lib64/libz.so.1").path("target").asText())
                .isEqualTo("libz.so.1.3");
        assertThat(entry(manifest, "node_modules/a/index.js").path("sha256").asText())
                .isEqualTo("ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb");
        assertThat(entry(manifest, "node_modules/a/twin.js").path("hardLink").asText())
                .isEqualTo("node_modules/a/index.js");
        assertThat(entry(manifest, "node_modules/a").path("reason").toString())
                .isEqualTo("{\"name\":\"node_modules\",\"rule\":\"Dirs\"}");
    }

    private static JsonNode entry(JsonNode manifest, String path) {
        for (JsonNode file : manifest.path("files")) {
            if (file.path("path").asText().equals(path)) {
                return file;
            }
        }
        throw new AssertionError("no entry " + path);
    }

    private JsonNode json(String path) throws Exception {
        return new ObjectMapper().readTree(root.resolve(path).toFile());
    }

    @Test
    void theRunConfigurationOfAScriptStartsItsInterpreterAsTheKernelWould() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/root/app/run", "#!/opt/wrap -x -y\n", 0755)
                .file("/opt/wrap", "#!/usr/bin/node\n", 0755);
        BuildConfig config = new BuildConfig(
                "app/run", List.of("--flag"), List.of(), List.of(), Map.of(), Map.of(), Map.of(), Map.of());
        guest.extract(config, root);
        assertThat(json("run.json")).isEqualTo(new ObjectMapper().readTree("""
                {"Program": "/usr/bin/node", "Args": ["/opt/wrap", "-x -y", "/app/run", "--flag"],
                 "Files": ["app/run", "lib64/ld-linux-x86-64.so.2", "lib64/libc.so.6", "lib64/libz.so.1", "opt/wrap"],
                 "BaseVolumeSz": "128m"}"""));
    }

    @Test
    void theImageOfTheRunConfigurationHasFreeSpaceUnlessItsSizeIsGiven() throws Exception {
        Guest guest =
                Guest.withProgram().file("/root/data", new byte[3 << 20], 0644).file("/root/more", "x");
        guest.extract(config("/usr/bin/node", List.of("data", "more"), List.of()), root);
        assertThat(json("run.json").get("BaseVolumeSz").asText()).isEqualTo("131m");
        BuildConfig given = new BuildConfig(
                "/usr/bin/node",
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                Map.of(),
                Map.of("BaseVolumeSz", "1g"),
                Map.of());
        Guest.withProgram().extract(given, root);
        assertThat(json("run.json").get("BaseVolumeSz").asText()).isEqualTo("1g");
    }

    @Test
    void noProgramNeedsNoImage() throws Exception {
        new Guest().file("/d/x", "x").extract(dirs("/d"), root);
        assertThat(json("run.json").has("BaseVolumeSz")).isFalse();
    }

    @Test
    void theRunConfigurationNamesEveryFileBelowTheTargetRoot() throws Exception {
        Guest guest = Guest.withProgram().file("/root/app.js", "x").file("/opt/x/y", "y");
        BuildConfig config = new BuildConfig(
                "/bin/node",
                List.of("app.js", "--flag"),
                List.of("app.js", "node_modules/a/index.js"),
                List.of("node_modules", "/opt/x"),
                Map.of("/opt/*", "/data"),
                Map.of("A", "b"),
                Map.of("RunConfig", Map.of("Ports", List.of("8080")), "TargetRoot", "/elsewhere"),
                Map.of());
        guest.extract(config, root);
        assertThat(json("run.json")).isEqualTo(new ObjectMapper().readTree("""
                                        {"Program": "/bin/node", "Args": ["app.js", "--flag"], "Env": {"A": "b"},
                                         "Files": ["app.js", "lib64/ld-linux-x86-64.so.2", "lib64/libc.so.6", "lib64/libz.so.1"],
                                         "Dirs": ["node_modules", "opt/x"], "MapDirs": {"/opt/*": "/data"},
                                         "RunConfig": {"Ports": ["8080"]}, "BaseVolumeSz": "128m"}"""));
        for (String list : List.of("Files", "Dirs")) {
            json("run.json")
                    .path(list)
                    .forEach(f -> assertThat(root.resolve(f.asText())).exists());
        }
    }
}
