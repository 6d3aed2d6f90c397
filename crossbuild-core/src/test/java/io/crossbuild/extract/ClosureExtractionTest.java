// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.config;
import static io.crossbuild.extract.Guest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.HintCount;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ClosureException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.Warning;
import io.crossbuild.ldso.LibraryCacheWriter;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How an extraction handles libraries, beyond copying them. */
class ClosureExtractionTest {
    private static final BuildConfig NODE = config("/usr/bin/node", List.of(), List.of());
    private static final int X86_64 = 0x303;

    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = temp.toRealPath().resolve("root");
    }

    private JsonNode entry(String path) throws Exception {
        JsonNode files = new ObjectMapper()
                .readTree(root.resolve(".crossbuild/manifest.json").toFile())
                .get("files");
        for (JsonNode file : files) {
            if (file.get("path").asText().equals(path)) {
                return file;
            }
        }
        throw new AssertionError("no '" + path + "' in the manifest");
    }

    private static byte[] cache(CacheEntry... entries) {
        return LibraryCacheWriter.write(List.of(entries), ByteOrder.LITTLE_ENDIAN);
    }

    private static CacheEntry library(String name, String path) {
        return new CacheEntry(name, path, X86_64, 0, null);
    }

    /** A library outside the system directories, in a directory from the configuration of ldconfig(8). */
    private static Guest withCache() throws Exception {
        return Guest.withProgram()
                .file("/opt/lib/libown.so.1", TinyElf.library(null, "libc.so.6"), 0644)
                .file("/usr/bin/own", TinyElf.program("libown.so.1", "libz.so.1"), 0755)
                .file("/etc/hosts", "127.0.0.1 localhost")
                .file(
                        "/etc/ld.so.cache",
                        cache(
                                library("libown.so.1", "/opt/lib/libown.so.1"),
                                library("libz.so.1", "/lib64/libz.so.1"),
                                library("libother.so.1", "/opt/lib/libother.so.1")),
                        0644);
    }

    @Test
    void aLibraryFoundOnlyThroughTheCacheComesWithACache() throws Exception {
        BuildConfig own = config("/usr/bin/own", List.of(), List.of());
        withCache().extract(own, root);
        assertThat(Files.readAllBytes(root.resolve("etc/ld.so.cache")))
                .isEqualTo(cache(library("libown.so.1", "/opt/lib/libown.so.1")));
        assertThat(Files.getLastModifiedTime(root.resolve("etc/ld.so.cache")).toInstant())
                .isBetween(Guest.TIME.minusNanos(1000), Guest.TIME);
        JsonNode entry = entry("etc/ld.so.cache");
        assertThat(entry.get("reason").get("requester").asText()).isEqualTo("/usr/bin/own");
        assertThat(entry.get("reason").get("rule").asText())
                .isEqualTo("generated, for libraries that are found only through the cache");

        assertThat(withCache().extract(own, root).written()).isZero();
        withCache().extract(NODE, root);
        assertThat(snapshot(root)).doesNotContainKeys("etc/ld.so.cache", "etc", "opt");
    }

    @Test
    void theGuestsOwnCacheStaysAsItIs() throws Exception {
        withCache().extract(config("/usr/bin/own", List.of(), List.of("/etc")), root);
        assertThat(Files.readAllBytes(root.resolve("etc/ld.so.cache")))
                .isEqualTo(cache(
                        library("libown.so.1", "/opt/lib/libown.so.1"),
                        library("libz.so.1", "/lib64/libz.so.1"),
                        library("libother.so.1", "/opt/lib/libother.so.1")));
    }

    @Test
    void aCacheOfTheUsersThatDoesNotServeIsAnError() throws Exception {
        Guest guest = withCache().file("/root/etc/ld.so.cache", cache(library("libz.so.1", "/lib64/libz.so.1")), 0644);
        assertThatThrownBy(() -> guest.extract(config("/usr/bin/own", List.of("etc/ld.so.cache"), List.of()), root))
                .isInstanceOf(ClosureException.class)
                .hasMessageContaining("'/opt/lib/libown.so.1': not opened there: libown.so.1 for /usr/bin/own by"
                        + " ld.so.cache of /etc/ld.so.cache; the copy opens none");
    }

    @Test
    void aForeignLibraryInTheWayIsReportedWithWhatItReplaces() throws Exception {
        Path foreign = root.resolve("usr/lib64/glibc-hwcaps/x86-64-v3/libz.so.1");
        Files.createDirectories(foreign.getParent());
        Files.write(foreign, TinyElf.library(null));
        assertThatThrownBy(() -> Guest.withProgram().extract(NODE, root))
                .isInstanceOf(ClosureException.class)
                .hasMessageContaining("'/lib64/glibc-hwcaps/x86-64-v3/libz.so.1': opened only there: libz.so.1 for"
                        + " /usr/bin/node by system directory");

        Guest guest = Guest.withProgram();
        guest.extract(NODE, options(ClosureOptions.StartCheck.WARN, Set.of()), root);
        assertThat(guest.warning(Warning.CopyDiffers.class).differences())
                .contains(
                        "'/usr/bin/node': loads '/lib64/glibc-hwcaps/x86-64-v3/libz.so.1' (expected '/lib64/libz.so.1')");
    }

    private static ExtractionOptions options(ClosureOptions.StartCheck check, Set<HintGroup> include) {
        return ExtractionOptions.DEFAULTS.withClosure(
                ClosureOptions.DEFAULTS.withStartCheck(check).withInclude(include));
    }

    private static Guest withMovedPath() throws Exception {
        return Guest.withProgram()
                .file("/root/app/lib/libown.so", TinyElf.library(null), 0644)
                .file("/root/app/addon.node", TinyElf.library("/root/app/lib", "libown.so"), 0755);
    }

    @Test
    void aPathOfTheGuestsHomeInsideAProgramIsAnErrorWhereTheProgramMoves() throws Exception {
        BuildConfig relative = config("/usr/bin/node", List.of(), List.of("app"));
        assertThatThrownBy(() -> withMovedPath().extract(relative, root))
                .isInstanceOf(ClosureException.class)
                .hasMessageContaining(
                        "'/app/addon.node': loads 'libown.so' from nowhere (expected" + " '/app/lib/libown.so')")
                .satisfies(e -> assertThat(((ClosureException) e).advice())
                        .containsExactly(AdviceKey.ABSOLUTE_PATHS_OR_EMPTY_TARGET_ROOT.advice()));
        withMovedPath().extract(config("/usr/bin/node", List.of(), List.of("/root/app")), root);
        Guest guest = withMovedPath();
        guest.extract(config(null, List.of(), List.of("app")), root);
        Warning.CopyDiffers warning = guest.warning(Warning.CopyDiffers.class);
        assertThat(warning.moved()).isTrue();
        assertThat(warning.differences())
                .contains("'/app/addon.node': loads 'libown.so' from nowhere (expected '/app/lib/libown.so')");
    }

    private static Guest withBrokenProgram() throws Exception {
        return Guest.withProgram().file("/usr/bin/broken", TinyElf.program("libnone.so.1"), 0755);
    }

    @Test
    void aProgramThatWouldNotStartIsExtractedWithAWarningWhereThatIsWanted() throws Exception {
        BuildConfig broken = config("/usr/bin/broken", List.of(), List.of());
        assertThatThrownBy(() -> withBrokenProgram().extract(broken, root))
                .isInstanceOf(ClosureException.class)
                .hasMessageContaining("libnone.so.1");
        assertThat(root).doesNotExist();
        Guest guest = withBrokenProgram();
        guest.extract(broken, options(ClosureOptions.StartCheck.WARN, Set.of()), root);
        assertThat(root.resolve("usr/bin/broken")).isRegularFile();
        Warning.NotLoadable warning = guest.warning(Warning.NotLoadable.class);
        assertThat(warning.file()).isEqualTo("/usr/bin/broken");
        assertThat(warning.problem()).contains("libnone.so.1");
    }

    private static Guest withoutCache() throws Exception {
        return Guest.withProgram()
                .file("/etc/ld.so.conf", "/opt/lib\n")
                .file("/opt/lib/libown.so.1", TinyElf.library(null), 0644)
                .file("/usr/bin/own", TinyElf.program("libown.so.1"), 0755);
    }

    @Test
    void whereLdconfigWasNotRunTheCopyGetsTheCacheThatItNeeds() throws Exception {
        BuildConfig own = config("/usr/bin/own", List.of(), List.of());
        assertThatThrownBy(() -> withoutCache().extract(own, root))
                .isInstanceOf(ClosureException.class)
                .hasMessageContaining("libown.so.1");
        ClosureOptions options = ClosureOptions.DEFAULTS.withLdconfig(true);
        withoutCache().extract(own, ExtractionOptions.DEFAULTS.withClosure(options), root);
        // The proof used this cache to find the library.
        assertThat(snapshot(root)).containsKeys("opt/lib/libown.so.1", "etc/ld.so.cache");
    }

    private static Guest withVariants() throws Exception {
        return Guest.withProgram()
                .file("/usr/lib64/glibc-hwcaps/x86-64-v2/libz.so.1", TinyElf.library(null), 0644)
                .file("/usr/lib64/glibc-hwcaps/x86-64-v4/libz.so.1", TinyElf.library(null), 0644);
    }

    @Test
    void oneProcessorNeedsOneOfTheVariants() throws Exception {
        withVariants().extract(NODE, root);
        assertThat(snapshot(root))
                .containsKeys(
                        "usr/lib64/libz.so.1.3",
                        "usr/lib64/glibc-hwcaps/x86-64-v2/libz.so.1",
                        "usr/lib64/glibc-hwcaps/x86-64-v4/libz.so.1");
        CpuProfile cpu = CpuProfile.named("x86-64-v3").orElseThrow();
        withVariants()
                .extract(NODE, ExtractionOptions.DEFAULTS.withClosure(ClosureOptions.DEFAULTS.withCpu(cpu)), root);
        assertThat(snapshot(root))
                .containsKey("usr/lib64/glibc-hwcaps/x86-64-v2/libz.so.1")
                .doesNotContainKeys("usr/lib64/libz.so.1.3", "usr/lib64/glibc-hwcaps/x86-64-v4/libz.so.1");
    }

    private static Guest withRuntimeFiles() throws Exception {
        return Guest.withProgram()
                .file("/etc/nsswitch.conf", "hosts: files own")
                .file("/etc/hosts", "127.0.0.1 localhost")
                .file("/usr/lib64/libnss_own.so.2", TinyElf.library(null, "libdeep.so.1", "libc.so.6"), 0644)
                .file("/usr/lib64/libdeep.so.1", TinyElf.library(null), 0644)
                .file("/usr/lib/locale/C.utf8/LC_CTYPE", "ctype");
    }

    @Test
    void whatProgramsOpenAtRunTimeIsTakenByGroupAndCountedOtherwise() throws Exception {
        ExtractionResult without = withRuntimeFiles().extract(NODE, root);
        assertThat(without.left()).containsExactly(new HintCount(HintGroup.DNS, 3), new HintCount(HintGroup.LOCALE, 1));
        assertThat(snapshot(root)).doesNotContainKey("etc");

        Set<HintGroup> all = EnumSet.allOf(HintGroup.class);
        ExtractionResult with = withRuntimeFiles().extract(NODE, options(ClosureOptions.StartCheck.ERROR, all), root);
        assertThat(with.left()).isEmpty();
        assertThat(snapshot(root))
                .containsKeys(
                        "etc/nsswitch.conf",
                        "etc/hosts",
                        "usr/lib64/libnss_own.so.2",
                        "usr/lib64/libdeep.so.1",
                        "usr/lib/locale/C.utf8/LC_CTYPE");
        assertThat(entry("usr/lib64/libnss_own.so.2").get("reason").get("rule").asText())
                .isEqualTo("include dns: 'own' for hosts in nsswitch.conf");
        assertThat(entry("usr/lib/locale/C.utf8/LC_CTYPE")
                        .get("reason")
                        .get("rule")
                        .asText())
                .isEqualTo("include locale: the locale C.UTF-8");
        JsonNode run = new ObjectMapper().readTree(root.resolve("run.json").toFile());
        assertThat(run.get("Files"))
                .extracting(JsonNode::asText)
                .contains("etc/hosts", "lib64/libnss_own.so.2", "lib64/libdeep.so.1");
        assertThat(run.get("Dirs")).extracting(JsonNode::asText).containsExactly("usr/lib/locale/C.utf8");
    }

    @Test
    void theEnvironmentCountsUnlessTheProgramKeepsItsSetUserId() throws Exception {
        BuildConfig config = new BuildConfig(
                "/usr/bin/su", List.of(), List.of(), List.of(), Map.of(), Map.of("LD_LIBRARY_PATH", "/opt"));
        withSetId().extract(config, root);
        assertThat(snapshot(root)).containsKey("opt/libz.so.1").doesNotContainKey("usr/lib64/libz.so.1");
        ExtractionOptions keep = ExtractionOptions.DEFAULTS.withKeepSetId(true);
        withSetId().extract(config, keep, root);
        assertThat(snapshot(root)).containsKey("usr/lib64/libz.so.1").doesNotContainKey("opt/libz.so.1");
    }

    private static Guest withSetId() throws Exception {
        return Guest.withProgram()
                .file("/opt/libz.so.1", TinyElf.library(null), 0644)
                .file("/usr/bin/su", TinyElf.program("libz.so.1"), 04755);
    }

    @Test
    void aRelativePathDoesNotMoveWhatAnAbsoluteOneNames() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/usr/bin/dash", TinyElf.program("libc.so.6"), 0755)
                .link("/root/app/bin/sh", "/usr/bin/dash")
                .file("/root/app/bin/go", "#!/root/app/bin/sh\necho hi\n", 0755)
                .file("/root/app/addon.node", TinyElf.library("$ORIGIN/../lib", "libown.so"), 0644)
                .file("/root/lib/libown.so", TinyElf.library(null), 0644)
                .file("/root/expected/out", "hi");
        guest.extract(config("/root/app/bin/go", List.of(), List.of("/root/app", "expected")), root);
        assertThat(snapshot(root))
                .containsKeys("root/app/bin/go", "root/app/addon.node", "root/lib/libown.so", "expected/out")
                .doesNotContainKeys("app", "lib/libown.so")
                .containsEntry("root/app/bin/sh", "-> ../../../usr/bin/dash");
        assertThat(guest.warnings()).isEmpty();
        assertThat(new ObjectMapper()
                        .readTree(root.resolve("run.json").toFile())
                        .get("Program")
                        .asText())
                .isEqualTo("/root/app/bin/sh");
    }

    @Test
    void aRelativePathThroughALinkTakesWhatItLeadsToOnlyOnce() throws Exception {
        Guest guest = Guest.withProgram()
                .link("/root/way", "project")
                .file("/root/project/addon.node", TinyElf.library("$ORIGIN", "libown.so"), 0644)
                .file("/root/project/libown.so", TinyElf.library(null), 0644)
                .file("/root/app/bin/tool", TinyElf.program("libc.so.6"), 0755);
        guest.extract(config("/root/app/bin/tool", List.of(), List.of("way")), root);
        assertThat(snapshot(root))
                .containsKeys("root/app/bin/tool", "project/addon.node", "project/libown.so")
                .containsEntry("way", "-> project")
                .doesNotContainKeys("root/project");
        assertThat(guest.warnings()).isEmpty();
    }

    @Test
    void aProgramThroughALinkKeepsItsLibrariesWhereItFindsThem() throws Exception {
        Guest guest = Guest.withProgram()
                .link("/usr/local/bin/tool", "/root/app/bin/tool")
                .file("/root/app/bin/tool", TinyElf.program("/root/app/lib/libown.so"), 0755)
                .file("/root/app/lib/libown.so", TinyElf.library(null), 0644)
                .file("/root/expected/out", "hi");
        guest.extract(config("/usr/local/bin/tool", List.of(), List.of("expected")), root);
        assertThat(snapshot(root))
                .containsKeys("root/app/bin/tool", "root/app/lib/libown.so", "expected/out")
                .doesNotContainKeys("app");
        assertThat(guest.warnings()).isEmpty();
    }

    @Test
    void aProgramInAProjectKeepsItsPlaceWithItsLibraries() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/root/bin/tool", TinyElf.program("libc.so.6"), 0755)
                .file("/root/bin/x.so", TinyElf.library("/root/lib", "libown.so"), 0644)
                .file("/root/lib/libown.so", TinyElf.library(null), 0644)
                .file("/root/node_modules/y.node", TinyElf.library("$ORIGIN/../node_modules/z", "libz2.so"), 0644)
                .file("/root/node_modules/z/libz2.so", TinyElf.library(null), 0644);
        guest.extract(config("/root/bin/tool", List.of("/root/bin/x.so"), List.of("node_modules")), root);
        assertThat(snapshot(root))
                .containsKeys("root/bin/tool", "root/lib/libown.so", "node_modules/z/libz2.so")
                .doesNotContainKeys("bin/tool", "lib/libown.so", "root/node_modules");
        assertThat(guest.warnings()).isEmpty();
    }

    @Test
    void whatTheProgramOpensFirstIsNotMissing() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/opt/jre/lib/server/libjvm.so", TinyElf.named("libjvm.so", "libc.so.6"), 0644)
                .file("/opt/jre/lib/libjava.so", TinyElf.library(null, "libjvm.so", "libc.so.6"), 0644)
                .file("/opt/jre/lib/libnet.so", TinyElf.library(null, "libjvm.so"), 0644);
        guest.extract(config("/usr/bin/node", List.of(), List.of("/opt/jre")), root);
        assertThat(guest.warnings()).isEmpty();
        assertThat(guest.events(BuildEvent.LoadedFirst.class))
                .containsExactly(new BuildEvent.LoadedFirst("libjvm.so", "/opt/jre/lib/server/libjvm.so", 2));
    }

    @Test
    void aLibraryOfAnotherPackageDoesNotExcuseAMissingOne() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/app/node_modules/a/x.node", TinyElf.library(null, "libown.so"), 0644)
                .file("/app/node_modules/b/libown.so", TinyElf.named("libown.so"), 0644);
        guest.extract(config("/usr/bin/node", List.of(), List.of("/app")), root);
        assertThat(guest.warning(Warning.NotLoadable.class).problem()).contains("libown.so");
    }

    @Test
    void theProgramItselfMustFindItsLibraries() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/opt/x/bin/own", TinyElf.program("libown.so"), 0755)
                .file("/opt/x/lib/libown.so", TinyElf.named("libown.so"), 0644);
        assertThatThrownBy(() -> guest.extract(config("/opt/x/bin/own", List.of(), List.of("/opt/x")), root))
                .isInstanceOf(ClosureException.class)
                .hasMessageContaining("libown.so");
    }

    @Test
    void theManifestNamesThePackagesOfFilesAndLinks() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/var/lib/dpkg/status", """
                        Package: zlib1g
                        Status: install ok installed
                        Architecture: amd64
                        Version: 1:1.3-1
                        """)
                .file("/var/lib/dpkg/info/zlib1g:amd64.list", "/.\n/lib64\n/lib64/libz.so.1\n/lib64/libz.so.1.3\n");
        guest.extract(NODE, root);
        for (String path : List.of("usr/lib64/libz.so.1", "usr/lib64/libz.so.1.3")) {
            assertThat(entry(path).get("owner").toString())
                    .isEqualTo("{\"package\":\"zlib1g\",\"version\":\"1:1.3-1\",\"architecture\":\"amd64\"}");
        }
        // No package owns the link to /usr/lib64, even if a package has a directory with that name.
        assertThat(entry("lib64").has("owner")).isFalse();
        assertThat(entry("usr/bin/node").has("owner")).isFalse();
    }

    @Test
    void aDamagedListOfPackagesCostsTheOwnersAlone() throws Exception {
        Guest guest = Guest.withProgram()
                .file("/var/lib/dpkg/status", "x".repeat(3 << 20).getBytes(StandardCharsets.UTF_8), 0644);
        guest.extract(NODE, root);
        assertThat(root.resolve("usr/bin/node")).isRegularFile();
        assertThat(guest.warning(Warning.PackagesUnknown.class).damage()).contains("/var/lib/dpkg/");
    }
}
