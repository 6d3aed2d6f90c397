// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.config;
import static io.crossbuild.extract.Guest.dirs;
import static io.crossbuild.extract.Guest.files;
import static io.crossbuild.extract.Guest.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.PretendedHost;
import io.crossbuild.config.BuildConfig;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.io.FoldingFileSystem;
import io.crossbuild.io.HostOs;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.io.RefusingFileSystem;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.tree.FileTree;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Extraction into a directory that already contains something. */
class ExtractionAgainTest {
    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = Files.createDirectory(temp.toRealPath().resolve("root"));
    }

    @Test
    void aSecondRunChangesNothing() throws Exception {
        Guest first = Guest.withProgram().file("/root/node_modules/empty", "").dir("/root/node_modules/a", 0555);
        first.builder.hardLink("/root/node_modules/twin.js", "/root/node_modules/a/index.js");
        first.extract(config("/usr/bin/node", List.of(), List.of("node_modules")), root);
        Map<String, String> before = stamps();
        String manifest = Files.readString(root.resolve(".crossbuild/manifest.json"));
        Guest second = Guest.withProgram().file("/root/node_modules/empty", "").dir("/root/node_modules/a", 0555);
        second.builder.hardLink("/root/node_modules/twin.js", "/root/node_modules/a/index.js");
        ExtractionResult result = second.extract(config("/usr/bin/node", List.of(), List.of("node_modules")), root);
        assertThat(stamps()).isEqualTo(before);
        assertThat(Files.readString(root.resolve(".crossbuild/manifest.json"))).isEqualTo(manifest);
        assertThat(result.written()).isZero();
        assertThat(result.removed()).isZero();
        assertThat(second.warnings()).isEmpty();
        assertThat(root.resolve(".crossbuild/staging")).doesNotExist();
        assertThat(root.resolve(".crossbuild/manifest.next.json")).doesNotExist();
    }

    @Test
    void onWindowsAScannerThatHoldsFilesDelaysEverythingAndBreaksNothing() throws Exception {
        RefusingFileSystem scanned = new RefusingFileSystem(root, 2);
        Path seen = scanned.path(root);
        try (PretendedHost windows = PretendedHost.of(HostOs.WINDOWS)) {
            new Guest()
                    .file("/d/changed", "1")
                    .file("/d/gone/deep/x", "x")
                    .link("/d/l", "changed")
                    .extract(dirs("/d"), seen);
            new Guest()
                    .file("/d/changed", "2")
                    .file("/d/l", "a file now")
                    .file("/d/new/y", "y")
                    .extract(dirs("/d"), seen);
            assertThat(snapshot(root))
                    .as("%s", windows)
                    .containsEntry("d/changed", "2")
                    .containsEntry("d/l", "a file now")
                    .containsEntry("d/new/y", "y")
                    .doesNotContainKeys("d/gone", "d/gone/deep");
        }
        assertThat(scanned.refused()).isGreaterThan(10);
        assertThat(root.resolve(".crossbuild/staging")).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"true, a, A", "true, \u00fc, u\u0308", "true, Ü, u\u0308", "false, \u00fc, u\u0308"})
    void namesThatTheHostTakesForOneAreBothNamedAndNothingIsWritten(boolean foldsCase, String one, String other)
            throws Exception {
        Path seen = new FoldingFileSystem(root, foldsCase).path(root);
        Guest guest = new Guest().file("/d/before", "1").file("/d/" + one, "x").file("/d/" + other, "y");
        assertThatThrownBy(() -> guest.extract(dirs("/d"), seen))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("'d/" + one + "'")
                .hasMessageContaining("'d/" + other + "'")
                .hasMessageContaining("the same name on this file system");
        assertThat(snapshot(root)).isEmpty();
    }

    @Test
    void aFileThatOnlyChangedTheCaseOfItsNameIsReplacedAndNotRemovedAfterwards() throws Exception {
        Path seen = new FoldingFileSystem(root, true).path(root);
        new Guest().file("/d/readme", "1").extract(dirs("/d"), seen);
        new Guest().file("/d/README", "2").extract(dirs("/d"), seen);
        assertThat(snapshot(root)).containsEntry("d/readme", "2").doesNotContainKey("d/README");
    }

    @Test
    void aTargetRootMayHaveBlanksCommasAndLettersBeyondAsciiInItsPath() throws Exception {
        Path odd = temp.toRealPath().resolve("a b,c=\u00fc/root");
        for (String content : List.of("1", "2")) {
            new Guest()
                    .file("/d/x y,\u00fc", content)
                    .link("/d/l", "x y,\u00fc")
                    .extract(dirs("/d"), odd);
        }
        assertThat(snapshot(odd)).containsEntry("d/x y,\u00fc", "2").containsEntry("d/l", "-> x y,\u00fc");
    }

    /** Inode, mode and time of everything: a file that is written again gets a new inode. */
    private Map<String, String> stamps() throws Exception {
        Map<String, String> stamps = new TreeMap<>();
        for (String path : snapshot(root).keySet()) {
            Map<String, Object> all = Files.readAttributes(
                    root.resolve(path), "unix:ino,mode,lastModifiedTime", LinkOption.NOFOLLOW_LINKS);
            stamps.put(path, new TreeMap<>(all).toString());
        }
        return stamps;
    }

    @Test
    void sameSizeAndTimeButOtherContentIsNoticed() throws Exception {
        new Guest().file("/d/x", "version 1").extract(dirs("/d"), root);
        ExtractionResult result = new Guest().file("/d/x", "version 2").extract(dirs("/d"), root);
        assertThat(snapshot(root)).containsEntry("d/x", "version 2");
        assertThat(result.written()).isEqualTo(1);
    }

    @Test
    void whatChangedInTheTargetRootIsPutRight() throws Exception {
        new Guest().file("/d/x", "x").file("/d/y", "y").link("/d/l", "x").extract(dirs("/d"), root);
        Files.writeString(root.resolve("d/x"), "changed");
        Files.delete(root.resolve("d/y"));
        Files.delete(root.resolve("d/l"));
        Files.createSymbolicLink(root.resolve("d/l"), Path.of("/etc/passwd"));
        new Guest().file("/d/x", "x").file("/d/y", "y").link("/d/l", "x").extract(dirs("/d"), root);
        assertThat(snapshot(root))
                .containsEntry("d/x", "x")
                .containsEntry("d/y", "y")
                .containsEntry("d/l", "-> x");
    }

    @Test
    void whatAnEarlierRunWroteIsRemovedAndNothingElse() throws Exception {
        Files.createDirectories(root.resolve("src/kept"));
        Files.writeString(root.resolve("src/Main.java"), "mine");
        new Guest()
                .file("/root/src/old/a", "a")
                .file("/root/src/old/empty", "")
                .file("/root/src/old/b", "b")
                .file("/root/src/gone/deep/c", "c")
                .link("/root/src/link", "old/a")
                .extract(dirs("src"), root);
        Files.writeString(root.resolve("src/old/b"), "edited");
        Files.writeString(root.resolve("src/old/foreign"), "foreign");
        Guest second = new Guest().file("/root/other/x", "x");
        ExtractionResult result = second.extract(dirs("other"), root);
        assertThat(snapshot(root))
                .containsOnly(
                        Map.entry("other", "dir"),
                        Map.entry("other/x", "x"),
                        Map.entry("src", "dir"),
                        Map.entry("src/Main.java", "mine"),
                        Map.entry("src/kept", "dir"),
                        Map.entry("src/old", "dir"),
                        Map.entry("src/old/b", "edited"),
                        Map.entry("src/old/foreign", "foreign"));
        assertThat(result.removed()).isEqualTo(6);
        assertThat(second.warnings())
                .containsExactly(new Warning.ChangedFilesKept(root.toRealPath(), List.of("src/old/b")));
        // It belongs to the user now: a third run does not report it again.
        Guest third = new Guest().file("/root/other/x", "x");
        third.extract(dirs("other"), root);
        assertThat(third.warnings()).isEmpty();
    }

    @Test
    void directoriesThatTheirOwnerMayNotChangeAreRemovedToo() throws Exception {
        new Guest()
                .dir("/d", 0555)
                .dir("/d/closed", 0600)
                .file("/d/closed/x", "x")
                .file("/d/y", "y")
                .extract(dirs("/d"), root);
        new Guest().file("/e/z", "z").extract(dirs("/e"), root);
        assertThat(snapshot(root).keySet()).containsExactlyInAnyOrder("e", "e/z");
    }

    @Test
    void aTouchedFileOfTheSameContentIsStillRemoved() throws Exception {
        new Guest().file("/d/x", "x").file("/e/y", "y").extract(dirs("/d", "/e"), root);
        Files.setLastModifiedTime(root.resolve("d/x"), FileTime.fromMillis(1));
        new Guest().file("/e/y", "y").extract(dirs("/e"), root);
        assertThat(root.resolve("d")).doesNotExist();
    }

    @Test
    void foreignFilesAtThePlaceOfExtractedOnesAreReplacedWithAWarning() throws Exception {
        Path outside = Files.writeString(temp.resolve("outside"), "precious");
        Files.createDirectories(root.resolve("d"));
        Files.createSymbolicLink(root.resolve("d/x"), outside);
        Files.createLink(root.resolve("d/y"), outside);
        Guest guest = new Guest().file("/d/x", "x").file("/d/y", "y");
        guest.extract(dirs("/d"), root);
        assertThat(snapshot(root)).containsEntry("d/x", "x").containsEntry("d/y", "y");
        assertThat(Files.readString(outside)).isEqualTo("precious");
        assertThat(guest.warnings())
                .containsExactly(new Warning.ForeignFilesReplaced(root.toRealPath(), List.of("d/x", "d/y")));
    }

    @Test
    void aLinkOfTheTargetRootIsFollowedIfItStaysInside() throws Exception {
        Files.createDirectories(root.resolve("data/usr"));
        Files.createSymbolicLink(root.resolve("usr"), Path.of("data/usr"));
        Guest guest =
                new Guest().file("/usr/lib/x", "x").link("/usr/lib/l", "/opt/y").file("/opt/y", "y");
        guest.extract(config(null, List.of("/opt/y"), List.of("/usr/lib")), root);
        assertThat(snapshot(root))
                .containsEntry("usr", "-> data/usr")
                .containsEntry("data/usr/lib/x", "x")
                .containsEntry("data/usr/lib/l", "-> ../../../opt/y");
        assertThat(Files.readString(root.resolve("usr/lib/l"))).isEqualTo("y");
        // The second run finds its files again through the link.
        new Guest().file("/opt/y", "y").extract(files("/opt/y"), root);
        assertThat(snapshot(root).keySet()).containsExactly("data", "data/usr", "opt", "opt/y", "usr");
    }

    @Test
    void aLinkOfTheTargetRootThatLeadsOutIsAnErrorBeforeAnythingIsWritten() throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        Files.createSymbolicLink(root.resolve("usr"), outside);
        Files.createSymbolicLink(root.resolve("opt"), Path.of("nowhere"));
        Files.writeString(root.resolve("etc"), "a file");
        Guest guest = new Guest()
                .file("/usr/x", "x")
                .file("/opt/y", "y")
                .file("/etc/z", "z")
                .file("/aaa", "a");
        assertThatThrownBy(() -> guest.extract(config(null, List.of("/aaa"), List.of("/usr", "/opt", "/etc")), root))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("'" + root.resolve("usr") + "' is a link to '" + outside.toRealPath()
                        + "', which is outside (expected a directory)")
                .hasMessageContaining("'" + root.resolve("opt") + "' is a link to nothing")
                .hasMessageContaining("'" + root.resolve("etc") + "' is a file (expected a directory)");
        assertThat(outside).isEmptyDirectory();
        assertThat(root.resolve(".crossbuild")).doesNotExist();
        assertThat(snapshot(root).keySet()).containsExactly("etc", "opt", "usr");
    }

    @Test
    void aRealDirectoryAtALinksPlaceTakesInWhatTheLinkLeadsTo() throws Exception {
        Files.createDirectories(root.resolve("lib64"));
        Files.writeString(root.resolve("lib64/mine"), "mine");
        Guest.withProgram().extract(config("/usr/bin/node", List.of(), List.of()), root);
        assertThat(snapshot(root))
                .containsEntry("lib64", "dir")
                .containsEntry("lib64/mine", "mine")
                .containsEntry("lib64/libz.so.1", "-> libz.so.1.3")
                .containsKeys("lib64/ld-linux-x86-64.so.2", "lib64/libz.so.1.3", "usr/lib64/libc.so.6");
        Guest.withProgram().extract(files("/usr/bin/node"), root);
        new Guest().file("/x", "x").extract(files("/x"), root);
        assertThat(snapshot(root).keySet()).containsExactly("lib64", "lib64/mine", "x");
    }

    @Test
    void aDirectoryAtAFilesPlaceIsAnErrorUnlessItIsWhollyOurs() throws Exception {
        Files.createDirectories(root.resolve("d/x"));
        assertThatThrownBy(() -> new Guest().file("/d/x", "x").extract(dirs("/d"), root))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("is a directory (expected a file)");
        new Guest().file("/e/x/y/z", "z").extract(dirs("/e"), root);
        new Guest().file("/e/x", "now a file").extract(dirs("/e"), root);
        assertThat(snapshot(root)).containsEntry("e/x", "now a file");
        new Guest().file("/e/x/again/z", "z").extract(dirs("/e"), root);
        assertThat(snapshot(root)).containsEntry("e/x/again/z", "z");
        new Guest().link("/e/x", "elsewhere").extract(dirs("/e"), root);
        assertThat(snapshot(root)).containsEntry("e/x", "-> elsewhere");
        new Guest().file("/e/x/y", "y").extract(dirs("/e"), root);
        assertThat(snapshot(root)).containsEntry("e/x/y", "y");
    }

    @Test
    void switchingBetweenLinksAndCopiesLeavesNothingBehind() throws Exception {
        Guest.withProgram().extract(config("/usr/bin/node", List.of(), List.of("node_modules")), root);
        Map<String, String> linked = snapshot(root);
        Guest.withProgram()
                .extract(
                        config("/usr/bin/node", List.of(), List.of("node_modules")),
                        ExtractionOptions.DEFAULTS.withLinks(ExtractionOptions.Links.FOLLOW),
                        root);
        assertThat(snapshot(root).values()).noneMatch(v -> v.startsWith("-> "));
        Guest.withProgram().extract(config("/usr/bin/node", List.of(), List.of("node_modules")), root);
        assertThat(snapshot(root)).isEqualTo(linked);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
    void linksInThePlaceOfItsOwnFilesAreNotFollowed() throws Exception {
        Path precious = Files.writeString(temp.resolve("precious"), "mine");
        Files.createDirectory(root.resolve(".crossbuild"));
        for (String name :
                List.of("record.next", "record", "trace", "manifest.json", "manifest.next.json", "staging")) {
            Files.createSymbolicLink(root.resolve(".crossbuild").resolve(name), precious);
        }
        Files.createSymbolicLink(root.resolve("run.json"), precious);
        BuildConfig config = dirs("/d");
        try (FileTree tree = new Guest().file("/d/x", "x").builder.build()) {
            new Extractor(tree, config, ExtractionOptions.DEFAULTS, BuildListener.NONE)
                    .extractTo(
                            root,
                            ExtractionInputs.of(List.of("disk"), config, ExtractionOptions.DEFAULTS),
                            new ReadTrace());
        }
        assertThat(precious).hasContent("mine");

        Files.delete(root.resolve(".crossbuild/lock"));
        Files.createSymbolicLink(root.resolve(".crossbuild/lock"), precious);
        assertThatThrownBy(() -> new Guest().file("/d/x", "y").extract(dirs("/d"), root))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("/.crossbuild/lock': it is a symbolic link (expected a file)");
        assertThat(precious).hasContent("mine");
        assertThat(root.resolve("d/x")).hasContent("x");
    }

    @Test
    void filesOfARunThatWasCutOffAreKnown() throws Exception {
        new Guest().file("/d/x", "x").extract(dirs("/d"), root);
        // As if the JVM had ended after the renames: its files are in place, its manifest is still the next one.
        Path other = Files.createDirectory(temp.resolve("other"));
        new Guest().file("/d/x", "x2").file("/d/y", "y").extract(dirs("/d"), other);
        Files.copy(other.resolve(".crossbuild/manifest.json"), root.resolve(".crossbuild/manifest.next.json"));
        Files.copy(other.resolve("d/y"), root.resolve("d/y"));
        Files.createDirectories(root.resolve(".crossbuild/staging/half"));
        Guest guest = new Guest().file("/d/x", "x");
        guest.extract(dirs("/d"), root);
        assertThat(snapshot(root).keySet()).containsExactly("d", "d/x");
        assertThat(guest.warnings()).isEmpty();
        assertThat(root.resolve(".crossbuild/manifest.next.json")).doesNotExist();
        assertThat(root.resolve(".crossbuild/staging")).doesNotExist();
    }

    @Test
    void aManifestThatSomebodyEditedNeverLeadsOut() throws Exception {
        Path precious = Files.writeString(temp.resolve("precious"), "x");
        new Guest().file("/d/x", "x").extract(dirs("/d"), root);
        Path manifest = root.resolve(".crossbuild/manifest.json");
        String text = Files.readString(manifest);
        for (String path : List.of("../precious", "/etc/passwd", "d/../../precious", "d//x", ".", "")) {
            Files.writeString(manifest, text.replace("\"d/x\"", "\"" + path + "\""));
            Guest guest = new Guest().file("/e", "e");
            guest.extract(files("/e"), root);
            assertThat(guest.warnings().get(0)).isInstanceOf(Warning.ManifestUnreadable.class);
            assertThat(precious).hasContent("x");
        }
        // A path through a link that leads out does not count either.
        Files.createSymbolicLink(root.resolve("out"), temp);
        Files.writeString(manifest, text.replace("\"d/x\"", "\"out/precious\""));
        new Guest().file("/e", "e").extract(files("/e"), root);
        assertThat(precious).hasContent("x");
        for (String broken : List.of("", "[]", "{\"version\":2}", "{\"files\":[{}]}", "{\"files\":[{\"path\":3")) {
            Files.writeString(manifest, broken);
            Guest guest = new Guest().file("/e", "e");
            guest.extract(files("/e"), root);
            assertThat(guest.warnings().get(0)).as(broken).isInstanceOf(Warning.ManifestUnreadable.class);
        }
    }

    @Test
    void aRunConfigurationOfTheUserIsLeftAlone() throws Exception {
        Files.writeString(root.resolve("run.json"), "{}");
        Guest guest = new Guest().file("/e", "e");
        guest.extract(files("/e"), root);
        assertThat(root.resolve("run.json")).hasContent("{}");
        assertThat(guest.warnings())
                .containsExactly(new Warning.ChangedFileKept(root.toRealPath().resolve("run.json")));
        Files.delete(root.resolve("run.json"));
        new Guest().file("/e", "e").extract(files("/e"), root);
        new Guest().file("/f", "f").extract(files("/f"), root);
        assertThat(root.resolve("run.json")).content().contains("\"f\"");
        Files.writeString(root.resolve("run.json"), "edited");
        new Guest().file("/e", "e").extract(files("/e"), root);
        assertThat(root.resolve("run.json")).hasContent("edited");
    }

    @Test
    void aTargetRootReachedOverALinkWorks() throws Exception {
        Path link = Files.createSymbolicLink(temp.resolve("link"), root);
        new Guest().file("/d/x", "x").extract(dirs("/d"), link.resolve("new/deeper"));
        assertThat(snapshot(root.resolve("new/deeper"))).containsEntry("d/x", "x");
    }

    private static Guest withNewDirectories() throws Exception {
        Guest guest = new Guest()
                .file("/d/old/f", "f")
                .file("/d/old/sub/in", "in")
                .file("/d/new/deep/g", "g")
                .file("/d/new/open", "open", 0666)
                .file("/d/new/closed", "closed", 0000)
                .file("/d/new/writable", "writable", 0222)
                .link("/d/new/deep/l", "../open")
                .dir("/d/new/fixed", 0555)
                .file("/d/new/fixed/h", "h", 0444)
                .dir("/d/new/shut", 0000);
        guest.builder.hardLink("/d/new/fixed/f", "/d/old/f");
        guest.builder.hardLink("/d/old/sub/g", "/d/new/deep/g");
        guest.builder.hardLink("/d/new/h", "/d/new/fixed/h");
        guest.builder.hardLink("/d/zz/h", "/d/new/fixed/h");
        return guest;
    }

    /** Mode and time of everything, and which names refer to the same file. */
    private Map<String, String> attributes() throws Exception {
        Map<String, String> attributes = new TreeMap<>();
        Map<Object, String> first = new HashMap<>();
        for (String path : snapshot(root).keySet()) {
            Map<String, Object> all = Files.readAttributes(
                    root.resolve(path), "unix:ino,mode,lastModifiedTime,nlink", LinkOption.NOFOLLOW_LINKS);
            boolean link = Files.isSymbolicLink(root.resolve(path));
            String name = first.computeIfAbsent(all.get("ino"), i -> path);
            attributes.put(
                    path,
                    Integer.toOctalString((Integer) Objects.requireNonNull(all.get("mode"))) + " "
                            + (link ? "" : all.get("lastModifiedTime")) + " "
                            + (Files.isDirectory(root.resolve(path)) ? "" : name + " " + all.get("nlink")));
        }
        return attributes;
    }

    @Test
    void newDirectoriesNextToOldOnesAreTheSameAsAllAtOnce() throws Exception {
        withNewDirectories().extract(dirs("/d"), root);
        Map<String, String> allAtOnce = attributes();
        assertThat(allAtOnce.get("d/new/open")).startsWith("100666 " + Guest.TIME);
        assertThat(allAtOnce.get("d/new/closed")).startsWith("100000 " + Guest.TIME);
        assertThat(allAtOnce.get("d/new/writable")).startsWith("100222 " + Guest.TIME);
        assertThat(allAtOnce.get("d/new/fixed")).startsWith("40555 " + Guest.TIME);
        assertThat(allAtOnce.get("d/new/shut")).startsWith("40000 " + Guest.TIME);
        assertThat(allAtOnce.get("d/new/h")).endsWith("d/new/fixed/h 3");
        Map<String, String> content = snapshot(root);
        RecursiveDelete.delete(root);
        withNewDirectories().extract(dirs("/d/old"), root);
        ExtractionResult second = withNewDirectories().extract(dirs("/d"), root);
        assertThat(attributes()).isEqualTo(allAtOnce);
        assertThat(snapshot(root)).isEqualTo(content);
        // All except d, d/old, d/old/sub and d/old/sub/in: the two other old files are further names of new ones now.
        assertThat(second.written()).isEqualTo(second.files() - 4);
        assertThat(root.resolve(".crossbuild/staging")).doesNotExist();
    }

    @Test
    void aNewDirectoryTakesThePlaceOfAFileOfOurs() throws Exception {
        new Guest().file("/d/x", "file").extract(dirs("/d"), root);
        new Guest().file("/d/x/deep/y", "y").link("/d/x/l", "deep").extract(dirs("/d"), root);
        assertThat(snapshot(root))
                .isEqualTo(Map.of("d", "dir", "d/x", "dir", "d/x/deep", "dir", "d/x/deep/y", "y", "d/x/l", "-> deep"));
    }
}
