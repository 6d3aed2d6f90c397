// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.config;
import static io.crossbuild.extract.Guest.snapshot;
import static io.crossbuild.tree.FileType.DIRECTORY;
import static io.crossbuild.tree.FileType.REGULAR;
import static io.crossbuild.tree.FileType.SYMLINK;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.ExtractionChange;
import io.crossbuild.extract.needs.TracedLine;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.RuntimeSource;
import io.crossbuild.tree.FileType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How an extraction handles what lines of the build were seen to read. */
class TracedExtractionTest {
    private static final BuildConfig NODE = config("/usr/bin/node", List.of(), List.of());
    private static final ExtractionOptions ONLY_READ =
            ExtractionOptions.DEFAULTS.withClosure(ClosureOptions.DEFAULTS.withSources(Set.of(RuntimeSource.TRACED)));

    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = temp.toRealPath().resolve("root");
    }

    /** With a program for which a rule knows files. */
    private static Guest guest() throws Exception {
        return Guest.withProgram()
                .file("/usr/bin/dot", TinyElf.program("libgvc.so.6"), 0755)
                .file("/usr/lib64/libgvc.so.6", TinyElf.library(null, "libc.so.6"), 0644)
                .file("/usr/lib64/graphviz/config6a", "plugins")
                .file("/usr/lib64/graphviz/libplugin.so.6", TinyElf.library(null, "libz.so.1"), 0644)
                .file("/etc/app/settings", "abc")
                .link("/etc/app/current", "settings")
                .file("/etc/app/unread", "x")
                .dir("/srv/empty", 0755)
                .file("/run/pid", "1")
                .file("/tmp/other", "was a directory");
    }

    private static Map<String, FileType> read() {
        return Map.of(
                "/", DIRECTORY,
                "/etc/app/settings", REGULAR,
                "/etc/app/current", SYMLINK,
                "/srv/empty", DIRECTORY,
                "/run/pid", REGULAR,
                "/tmp/gone", REGULAR,
                "/tmp/other", DIRECTORY);
    }

    private JsonNode json(String file) throws Exception {
        return new ObjectMapper().readTree(root.resolve(file).toFile());
    }

    @Test
    void whatALineReadIsExtractedWithTheProgram() throws Exception {
        Guest guest = guest().traced(3, read()).traced(7, Map.of("/etc/app/settings", REGULAR));
        guest.extract(NODE, root);
        assertThat(snapshot(root))
                .containsKeys("usr/bin/node", "usr/lib64/libz.so.1", "etc/app/settings", "srv/empty")
                .doesNotContainKeys("etc/app/unread", "run", "tmp");
        assertThat(guest.events(BuildEvent.TracedFilesAdded.class))
                .containsExactly(new BuildEvent.TracedFilesAdded(3, 2, 3), new BuildEvent.TracedFilesAdded(7, 1, 3));
        assertThat(guest.warnings()).isEmpty();
        for (JsonNode entry : json(".crossbuild/manifest.json").get("files")) {
            if (entry.get("path").asText().equals("etc/app/settings")) {
                assertThat(entry.get("reason").get("rule").asText()).isEqualTo("traced by line 3");
            }
        }
        assertThat(json("run.json").get("Files")).extracting(JsonNode::asText).contains("etc/app/settings");
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links may need a privilege")
    void aLinkThatWasFollowedIsALink() throws Exception {
        guest().traced(3, read()).extract(NODE, root);
        assertThat(snapshot(root)).containsEntry("etc/app/current", "-> settings");
    }

    @Test
    void withoutLinksThereIsAFileAtEachPath() throws Exception {
        ExtractionOptions options = ExtractionOptions.DEFAULTS.withLinks(ExtractionOptions.Links.FOLLOW);
        guest().link("/app", "etc/app")
                .traced(3, read())
                .traced(4, Map.of("/app", SYMLINK, "/etc/app/settings", REGULAR))
                .extract(NODE, options, root);
        assertThat(snapshot(root))
                .containsEntry("etc/app/current", "abc")
                .containsEntry("etc/app/settings", "abc")
                .containsEntry("app/settings", "abc")
                .doesNotContainKey("app/current");
    }

    @Test
    void rulesStillApplyUnlessOnlyWhatWasReadIsWanted() throws Exception {
        BuildConfig dot = config("/usr/bin/dot", List.of(), List.of());
        guest().traced(3, read()).extract(dot, root);
        assertThat(snapshot(root)).containsKeys("usr/lib64/graphviz/config6a", "usr/lib64/libz.so.1.3");

        ExtractionResult result = guest().traced(3, read()).extract(dot, ONLY_READ, root);
        assertThat(snapshot(root))
                .containsKeys("usr/bin/dot", "usr/lib64/libgvc.so.6", "usr/lib64/libc.so.6", "etc/app/settings")
                .doesNotContainKeys("usr/lib64/graphviz", "usr/lib64/libz.so.1.3");
        assertThat(result.left()).isEmpty();
    }

    @Test
    void ofDirsOnlyWhatWasReadIsTakenIfOnlyThatIsWanted() throws Exception {
        BuildConfig config = config("/usr/bin/node", List.of("/etc/app/unread"), List.of("node_modules"));
        Map<String, FileType> read =
                Map.of("/root/node_modules/a/index.js", REGULAR, "/root/node_modules/a", DIRECTORY);
        guest().traced(3, read).extract(config, ONLY_READ, root);
        assertThat(snapshot(root))
                .containsKeys("node_modules/a/index.js", "etc/app/unread", "usr/bin/node")
                .doesNotContainKeys("node_modules/a/cli.js", "node_modules/.bin", "root");

        guest().traced(3, read).extract(config, root);
        assertThat(snapshot(root)).containsKeys("node_modules/a/index.js", "node_modules/a/cli.js");
    }

    @Test
    void aProgramThatWasReadBringsNothingThatWasNot() throws Exception {
        guest().traced(3, Map.of("/usr/bin/dot", REGULAR)).extract(NODE, root);
        assertThat(snapshot(root))
                .containsKey("usr/bin/dot")
                .doesNotContainKeys("usr/lib64/libgvc.so.6", "usr/lib64/graphviz");
    }

    @Test
    void aFileWithSeveralNamesIsTakenUnderEachAndItsSizeCountedOnce() throws Exception {
        Guest guest = guest().traced(3, Map.of("/etc/app/settings", REGULAR, "/etc/app/same", REGULAR));
        guest.builder.hardLink("/etc/app/same", "/etc/app/settings");
        guest.extract(NODE, root);
        assertThat(snapshot(root)).containsEntry("etc/app/settings", "abc").containsEntry("etc/app/same", "abc");
        assertThat(guest.events(BuildEvent.TracedFilesAdded.class))
                .containsExactly(new BuildEvent.TracedFilesAdded(3, 2, 3));
    }

    @Test
    void whatWasReadIsExtractedAlsoWithoutAProgram() throws Exception {
        guest().traced(3, read()).extract(Guest.files("/etc/app/unread"), root);
        assertThat(snapshot(root)).containsKeys("etc/app/settings", "etc/app/unread");
    }

    @Test
    void whatLinesReadIsAnInputOfTheExtractionButNotTheirNumbers() throws Exception {
        ExtractionInputs three = inputs(3, "/a");
        assertThat(inputs(4, "/a").differenceFrom(three)).isEmpty();
        assertThat(inputs(3, "/b").differenceFrom(three))
                .contains(new ExtractionChange.Settings(List.of(ExtractionChange.Setting.TRACED)));
        assertThat(ExtractionInputs.of(List.of("x"), NODE, ExtractionOptions.DEFAULTS)
                        .differenceFrom(three))
                .isPresent();
    }

    private static ExtractionInputs inputs(int line, String path) {
        TracedLine traced = new TracedLine(line, new TreeMap<>(Map.of(path, REGULAR)));
        return ExtractionInputs.of(List.of("x"), NODE, ExtractionOptions.DEFAULTS, List.of(traced));
    }

    @Test
    void aCacheOfLibrariesThatWasReadIsTakenAsItIs() throws Exception {
        guest().file("/etc/ld.so.cache", "not a cache", 0644)
                .traced(3, Map.of("/etc/ld.so.cache", REGULAR))
                .extract(NODE, root);
        assertThat(Files.readString(root.resolve("etc/ld.so.cache"))).isEqualTo("not a cache");
    }
}
