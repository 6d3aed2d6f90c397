// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.dirs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.ExtractionChange;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostNames;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Whether there is anything to extract. */
class UpToDateCheckTest {
    private static final List<String> DISK = List.of("environment", "layer one", "layer two");

    @TempDir
    Path temp;

    private Path root;
    private final List<BuildEvent> events = new ArrayList<>();

    @BeforeEach
    void extractOnce() throws Exception {
        root = temp.toRealPath().resolve("root");
        extract(DISK, dirs("/d"));
    }

    private ExtractionResult extract(List<String> disk, BuildConfig config) throws Exception {
        Guest guest = new Guest()
                .file("/d/x", "content")
                .file("/d/größe", "y")
                .link("/d/l", "x")
                .file("/d/in/z", "z");
        try (MemoryFileTree tree = guest.builder.build()) {
            return new Extractor(tree, config, ExtractionOptions.DEFAULTS, events::add)
                    .extractTo(root, ExtractionInputs.of(disk, config, ExtractionOptions.DEFAULTS), null);
        }
    }

    private Optional<ExtractionResult> upToDate(List<String> disk, BuildConfig config) throws Exception {
        events.clear();
        return new UpToDateCheck(root, events::add)
                .ifUpToDate(ExtractionInputs.of(disk, config, ExtractionOptions.DEFAULTS), DiskComparison.NONE);
    }

    private void assertRepeated(ExtractionChange change) {
        assertThat(events).containsExactly(new BuildEvent.ExtractionRepeated(change));
    }

    @Test
    void anUntouchedTargetRootIsUpToDate() throws Exception {
        ExtractionResult again = extract(DISK, dirs("/d"));
        assertThat(upToDate(DISK, dirs("/d"))).hasValueSatisfying(result -> {
            assertThat(result.files()).isEqualTo(again.files());
            assertThat(result.bytes()).isEqualTo(again.bytes());
            assertThat(result.written()).isZero();
            assertThat(result.manifest()).isEqualTo(again.manifest()).exists();
            assertThat(result.runConfiguration())
                    .isEqualTo(again.runConfiguration())
                    .exists();
        });
        assertThat(events).containsExactly(new BuildEvent.ExtractionSkipped(root, Optional.empty()));
    }

    @Test
    void aTargetRootBetweenTwoStatesIsMarkedAndRepaired() throws Exception {
        Path marker = root.resolve(".crossbuild/manifest.next.json");
        // As if the process had been killed after the marker was written ...
        Files.copy(root.resolve(".crossbuild/manifest.json"), marker);
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        assertRepeated(new ExtractionChange.Interrupted());
        // ... or later, when files had been moved.
        Files.delete(root.resolve(".crossbuild/record"));
        Files.writeString(root.resolve("d/x"), "half");
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        assertRepeated(new ExtractionChange.Interrupted());

        extract(DISK, dirs("/d"));
        assertThat(marker).doesNotExist();
        assertThat(root.resolve("d/x")).hasContent("content");
        assertThat(upToDate(DISK, dirs("/d"))).isPresent();
    }

    @Test
    @EnabledOnOs(value = OS.LINUX, disabledReason = "names are UTF-8 or UTF-16 elsewhere")
    void aFileWhoseNameIsNotUtf8IsWatchedToo() throws Exception {
        try (MemoryFileTree tree = new Guest().file("/e/b\uDCE9", "b").builder.build()) {
            new Extractor(tree, dirs("/e"), ExtractionOptions.DEFAULTS, events::add)
                    .extractTo(root, ExtractionInputs.of(DISK, dirs("/e"), ExtractionOptions.DEFAULTS), null);
        }
        assertThat(upToDate(DISK, dirs("/e"))).isPresent();
        Files.delete(HostNames.resolve(root.resolve("e"), "b\uDCE9").orElseThrow());
        assertThat(upToDate(DISK, dirs("/e"))).isEmpty();
        assertRepeated(new ExtractionChange.TargetFiles("e/b\uDCE9", 1));
    }

    @Test
    void filesOfOthersInTheTargetRootDoNotMatter() throws Exception {
        Files.writeString(root.resolve("d/mine"), "mine");
        assertThat(upToDate(DISK, dirs("/d"))).isPresent();
    }

    @Test
    void contentOfTheSameSizeWithItsOldTimeIsNoticedAndPutRight() throws Exception {
        FileTime time = Files.getLastModifiedTime(root.resolve("d/x"));
        Files.writeString(root.resolve("d/x"), "CONTENT");
        Files.setLastModifiedTime(root.resolve("d/x"), time);
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        assertRepeated(new ExtractionChange.TargetFiles("d/x", 1));
        extract(DISK, dirs("/d"));
        assertThat(root.resolve("d/x")).hasContent("content");
        assertThat(upToDate(DISK, dirs("/d"))).isPresent();
    }

    @Test
    void everyKindOfChangeIsNoticed() throws Exception {
        assertNoticed("d/größe", () -> Files.delete(root.resolve("d/größe")));
        assertNoticed("d/in", () -> {
            Files.move(root.resolve("d/in"), root.resolve("d/elsewhere"));
            Files.createSymbolicLink(root.resolve("d/in"), Path.of("elsewhere"));
        });
        Files.delete(root.resolve("d/in"));
        extract(DISK, dirs("/d"));
        assertNoticed("d/l", () -> {
            Files.delete(root.resolve("d/l"));
            Files.createSymbolicLink(root.resolve("d/l"), Path.of("größe"));
        });
        assertNoticed(
                "d/x",
                () -> Files.setPosixFilePermissions(root.resolve("d/x"), PosixFilePermissions.fromString("rw-------")));
        assertNoticed(
                "d/x", () -> Files.setLastModifiedTime(root.resolve("d/x"), FileTime.from(Instant.ofEpochSecond(1))));
        assertNoticed("run.json", () -> Files.delete(root.resolve("run.json")));
        assertNoticed(".crossbuild/manifest.json", () -> Files.delete(root.resolve(".crossbuild/manifest.json")));
    }

    private interface Change {
        void run() throws Exception;
    }

    private void assertNoticed(String path, Change change) throws Exception {
        assertThat(upToDate(DISK, dirs("/d"))).isPresent();
        change.run();
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        assertRepeated(new ExtractionChange.TargetFiles(path, 1));
        extract(DISK, dirs("/d"));
    }

    @Test
    void severalChangedFilesAreCounted() throws Exception {
        Files.delete(root.resolve("d/in/z"));
        Files.delete(root.resolve("d/x"));
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        assertRepeated(new ExtractionChange.TargetFiles("d/in/z", 2));
    }

    @Test
    void anotherDiskOrConfigurationIsNamed() throws Exception {
        assertThat(upToDate(List.of("environment", "layer one", "other"), dirs("/d")))
                .isEmpty();
        assertRepeated(new ExtractionChange.LayerNew(2));
        assertThat(upToDate(List.of("environment", "layer one"), dirs("/d"))).isEmpty();
        assertRepeated(new ExtractionChange.LayerGone(2));
        assertThat(upToDate(List.of("environment", "layer one", "layer two", "three"), dirs("/d")))
                .isEmpty();
        assertRepeated(new ExtractionChange.LayerNew(3));
        assertThat(upToDate(List.of("other", "layer one", "layer two"), dirs("/d")))
                .isEmpty();
        assertRepeated(new ExtractionChange.Environment());
        assertThat(upToDate(DISK, dirs("/d", "/e"))).isEmpty();
        assertRepeated(new ExtractionChange.Settings(List.of(ExtractionChange.Setting.DIRS)));
    }

    @Test
    void everyValueOfTheConfigurationCounts() {
        BuildConfig config = new BuildConfig(
                "p",
                List.of("a"),
                List.of("f"),
                List.of("d"),
                Map.of("m", "m"),
                Map.of("e", "e"),
                Map.of("o", List.of(Map.of("x", 1L))),
                Map.of("Program", "pom.xml"));
        List<BuildConfig> others = List.of(
                new BuildConfig(
                        null,
                        config.args(),
                        config.files(),
                        config.dirs(),
                        config.mapDirs(),
                        config.env(),
                        config.other(),
                        Map.of()),
                new BuildConfig(
                        "p",
                        List.of(),
                        config.files(),
                        config.dirs(),
                        config.mapDirs(),
                        config.env(),
                        config.other(),
                        Map.of()),
                new BuildConfig(
                        "p",
                        config.args(),
                        List.of("f", "g"),
                        config.dirs(),
                        config.mapDirs(),
                        config.env(),
                        config.other(),
                        Map.of()),
                new BuildConfig(
                        "p",
                        config.args(),
                        config.files(),
                        List.of("e"),
                        config.mapDirs(),
                        config.env(),
                        config.other(),
                        Map.of()),
                new BuildConfig(
                        "p",
                        config.args(),
                        config.files(),
                        config.dirs(),
                        Map.of("m", "n"),
                        config.env(),
                        config.other(),
                        Map.of()),
                new BuildConfig(
                        "p",
                        config.args(),
                        config.files(),
                        config.dirs(),
                        config.mapDirs(),
                        Map.of("e", ""),
                        config.other(),
                        Map.of()),
                new BuildConfig(
                        "p",
                        config.args(),
                        config.files(),
                        config.dirs(),
                        config.mapDirs(),
                        config.env(),
                        Map.of("o", List.of(Map.of("x", "1"))),
                        Map.of()));
        // All except the origins of the values: a new component needs a line here and in ExtractionInputs.
        assertThat(others)
                .hasSize(Arrays.asList(BuildConfig.class.getRecordComponents()).size() - 1);
        assertThat(ExtractionOptions.class.getRecordComponents()).hasSize(7);
        assertThat(ClosureOptions.class.getRecordComponents()).hasSize(7);
        ExtractionInputs inputs = ExtractionInputs.of(DISK, config, ExtractionOptions.DEFAULTS);
        for (BuildConfig other : others) {
            assertThat(ExtractionInputs.of(DISK, other, ExtractionOptions.DEFAULTS)
                            .differenceFrom(inputs))
                    .isPresent();
        }
        assertThat(ExtractionInputs.of(
                                DISK, config, ExtractionOptions.DEFAULTS.withLinks(ExtractionOptions.Links.FOLLOW))
                        .differenceFrom(inputs))
                .contains(new ExtractionChange.Settings(List.of(ExtractionChange.Setting.OPTIONS)));
        for (ExtractionOptions options : List.of(
                ExtractionOptions.DEFAULTS.withClosure(ClosureOptions.DEFAULTS.withLdconfig(true)),
                ExtractionOptions.DEFAULTS.withClosure(ClosureOptions.DEFAULTS.withSources(Set.of())),
                ExtractionOptions.DEFAULTS.withLinkedDirectoryBytes(0))) {
            assertThat(ExtractionInputs.of(DISK, config, options).differenceFrom(inputs))
                    .contains(new ExtractionChange.Settings(List.of(ExtractionChange.Setting.OPTIONS)));
        }
        assertThat(ExtractionInputs.of(DISK, config, ExtractionOptions.DEFAULTS).differenceFrom(inputs))
                .isEmpty();
    }

    @Test
    void aDamagedRecordIsReportedAndReplaced() throws Exception {
        Path record = root.resolve(".crossbuild/record");
        byte[] good = Files.readAllBytes(record);
        for (int length : new int[] {0, 7, 8, good.length / 2, good.length - 1}) {
            Files.write(record, Arrays.copyOf(good, length));
            assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
            assertThat(events)
                    .singleElement()
                    .satisfies(event -> assertThat(((BuildEvent.ExtractionRepeated) event).change())
                            .isInstanceOf(ExtractionChange.RecordUnreadable.class));
        }
        byte[] bad = good.clone();
        bad[good.length / 2] ^= 1;
        Files.write(record, bad);
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        extract(DISK, dirs("/d"));
        assertThat(upToDate(DISK, dirs("/d"))).isPresent();
    }

    @Test
    void aFailedExtractionLeavesTheTargetRootUpToDateWithWhatItHolds() throws Exception {
        assertThatThrownBy(() -> extract(DISK, dirs("/missing"))).isInstanceOf(ConfigException.class);
        assertThat(upToDate(DISK, dirs("/d"))).isPresent();
        assertThat(upToDate(DISK, dirs("/missing"))).isEmpty();
    }

    @Test
    void aCopyOfTheTargetRootIsExtractedAgainWithoutRewritingWhatIsTheSame() throws Exception {
        Path copy = temp.resolve("copy");
        new ProcessBuilder("cp", "-a", root.toString(), copy.toString()).start().waitFor();
        root = copy.toRealPath();
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        assertThat(extract(DISK, dirs("/d")).written()).isZero();
        assertThat(upToDate(DISK, dirs("/d"))).isPresent();
    }

    @Test
    void withoutARecordNothingIsReported() throws Exception {
        Files.delete(root.resolve(".crossbuild/record"));
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        assertThat(events).isEmpty();
        root = temp.resolve("nowhere");
        assertThat(upToDate(DISK, dirs("/d"))).isEmpty();
        assertThat(events).isEmpty();
        assertThat(root).doesNotExist();
    }

    /** Records which files are opened, and is not closed with its reader. */
    private static final class WatchedTree extends ForwardingTree {
        private final Set<Long> opened;

        WatchedTree(FileTree tree, Set<Long> opened) {
            super(tree);
            this.opened = opened;
        }

        @Override
        public FileContent open(FileNode file) throws IOException, CrossbuildException {
            opened.add(file.id());
            return super.open(file);
        }

        @Override
        public void close() {}
    }

    /** Extracts again; returns the names of the files below /d that were read for it. */
    private Set<String> readBy(List<String> disk, BuildConfig config, String content) throws Exception {
        Guest guest = new Guest().file("/d/x", content).file("/d/y", "y");
        Set<String> names = new TreeSet<>();
        try (MemoryFileTree tree = guest.builder.build()) {
            Set<Long> opened = ConcurrentHashMap.newKeySet();
            new Extractor(new WatchedTree(tree, opened), config, ExtractionOptions.DEFAULTS, events::add)
                    .extractTo(root, ExtractionInputs.of(disk, config, ExtractionOptions.DEFAULTS), null);
            for (FileTree.Entry entry : tree.children(TreePaths.find(tree, "/d").orElseThrow())) {
                if (opened.contains(entry.node().id())) {
                    names.add(entry.name());
                }
            }
        }
        assertThat(root.resolve("d/x")).hasContent(content);
        assertThat(root.resolve("d/y")).hasContent("y");
        assertThat(upToDate(disk, config)).isPresent();
        return names;
    }

    @Test
    void noFileOfTheSameDiskIsReadAgain() throws Exception {
        BuildConfig other = new BuildConfig(null, List.of("--other"), List.of(), List.of("/d"), Map.of(), Map.of());
        assertThat(readBy(List.of("new"), dirs("/d"), "content")).containsExactly("x", "y");
        assertThat(readBy(List.of("new"), other, "content")).isEmpty();
        // A different disk may contain a different file with the same length and time.
        assertThat(readBy(List.of("newer"), other, "CONTENT")).containsExactly("x", "y");
    }

    @Test
    void whatChangedInTheTargetRootIsReadAgain() throws Exception {
        BuildConfig other = new BuildConfig(null, List.of("--other"), List.of(), List.of("/d"), Map.of(), Map.of());
        assertThat(readBy(List.of("new"), dirs("/d"), "content")).containsExactly("x", "y");
        FileTime time = Files.getLastModifiedTime(root.resolve("d/x"));
        Files.writeString(root.resolve("d/x"), "CONTENT");
        Files.setLastModifiedTime(root.resolve("d/x"), time);
        assertThat(readBy(List.of("new"), other, "content")).containsExactly("x");
    }

    @Test
    void anEditedManifestIsNotBelieved() throws Exception {
        BuildConfig other = new BuildConfig(null, List.of("--other"), List.of(), List.of("/d"), Map.of(), Map.of());
        assertThat(readBy(List.of("new"), dirs("/d"), "content")).containsExactly("x", "y");
        Path manifest = root.resolve(".crossbuild/manifest.json");
        Files.writeString(manifest, Files.readString(manifest) + " ");
        assertThat(readBy(List.of("new"), other, "content")).containsExactly("x", "y");
        assertThat(Files.readString(manifest)).endsWith("}\n");
    }
}
