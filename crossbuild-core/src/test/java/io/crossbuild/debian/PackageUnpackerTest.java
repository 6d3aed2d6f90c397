// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageUnpackerTest {
    @TempDir
    Path dir;

    private Path root;
    private int count;

    @BeforeEach
    void makeRoot() throws Exception {
        root = Files.createDirectory(dir.resolve("root"));
    }

    private Path deb(DebBuilder builder) throws IOException {
        return Files.write(dir.resolve("p" + count++ + ".deb"), builder.build());
    }

    private static DebBuilder base() throws IOException {
        return DebBuilder.of("base")
                .directory("./usr/", 0755)
                .directory("./usr/lib/", 0755)
                .symlink("./lib", "usr/lib");
    }

    @Test
    void filesKeepModeTimeAndLinks() throws Exception {
        assumeTrue(Files.getFileStore(dir).supportsFileAttributeView("posix"));
        PackageUnpacker.unpack(
                List.of(deb(DebBuilder.of("a")
                        .directory("./d/", 0555)
                        .file("./d/tool", "#!".getBytes(StandardCharsets.UTF_8), 04751)
                        .symlink("./abs", "/d/tool")
                        .symlink("./dangling", "../../nowhere")
                        .hardLink("./twin", "./d/tool")
                        .entry("./dev/sda", TarConstants.LF_BLK, 0660, "", new byte[0]))),
                root);
        Path tool = root.resolve("d/tool");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(tool)))
                .isEqualTo("rwxr-x--x");
        assertThat(Files.getLastModifiedTime(tool).toInstant()).isEqualTo(Instant.ofEpochSecond(1_700_000_000));
        assertThat(Files.readSymbolicLink(root.resolve("abs"))).isEqualTo(Path.of("/d/tool"));
        assertThat(Files.readSymbolicLink(root.resolve("dangling"))).isEqualTo(Path.of("../../nowhere"));
        assertThat(Files.isSameFile(root.resolve("twin"), tool)).isTrue();
        assertThat(Files.exists(root.resolve("dev/sda"), LinkOption.NOFOLLOW_LINKS))
                .isFalse();
        // The owner can remove the unpacked files.
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("d"))))
                .isEqualTo("rwxr-xr-x");
    }

    @Test
    void aPackageGoesThroughTheLinkOfTheMergedUsr() throws Exception {
        PackageUnpacker.unpack(
                List.of(
                        deb(base()),
                        deb(DebBuilder.of("old").directory("./lib/", 0755).file("./lib/x/libx.so", "x"))),
                root);
        assertThat(root.resolve("usr/lib/x/libx.so")).hasContent("x");
        assertThat(Files.isSymbolicLink(root.resolve("lib"))).isTrue();
    }

    @Test
    void aLinkDoesNotTakeThePlaceOfAFilledDirectory() throws Exception {
        PackageUnpacker.unpack(List.of(deb(DebBuilder.of("old").file("./lib/libx.so", "x")), deb(base())), root);
        assertThat(root.resolve("lib/libx.so")).hasContent("x");
        assertThat(Files.isSymbolicLink(root.resolve("lib"))).isFalse();
    }

    @Test
    void aLaterPackageReplacesFilesAndLinks() throws Exception {
        PackageUnpacker.unpack(
                List.of(
                        deb(DebBuilder.of("a").file("./f", "old").symlink("./l", "f")),
                        deb(DebBuilder.of("b").file("./l", "new"))),
                root);
        assertThat(root.resolve("f")).hasContent("old");
        assertThat(root.resolve("l")).hasContent("new");
    }

    @Test
    void noLinkLeadsOutOfTheDirectory() throws Exception {
        Path outside = Files.createDirectories(dir.resolve("outside"));
        Files.writeString(outside.resolve("f"), "mine");
        PackageUnpacker.unpack(
                List.of(deb(DebBuilder.of("evil")
                        .symlink("./up", "../outside")
                        .symlink("./abs", outside.toString())
                        .symlink("./chain", "abs/../../../outside")
                        .file("./up/f", "theirs")
                        .file("./abs/f", "theirs")
                        .file("./chain/g", "theirs")
                        .symlink("./f", outside.resolve("f").toString())
                        .file("./f", "theirs"))),
                root);
        assertThat(outside.resolve("f")).hasContent("mine");
        try (Stream<Path> entries = Files.list(outside)) {
            assertThat(entries).hasSize(1);
        }
        // Everything was written to where the links lead with the directory as the root.
        assertThat(root.resolve("outside/f")).hasContent("theirs");
        assertThat(root.resolve("outside/g")).hasContent("theirs");
        assertThat(root.resolve(outside.toString().substring(1)).resolve("f")).hasContent("theirs");
        assertThat(root.resolve("f")).hasContent("theirs");
    }

    @Test
    void aHardLinkReachesNothingOutside() throws Exception {
        Path outside = Files.writeString(dir.resolve("secret"), "mine");
        Path evil = deb(DebBuilder.of("evil").symlink("./l", outside.toString()).hardLink("./h", "./l"));
        assertThatThrownBy(() -> PackageUnpacker.unpack(List.of(evil), root))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("hard link");
        Path other = deb(DebBuilder.of("evil").symlink("./up", "..").hardLink("./h", "./up/secret"));
        assertThatThrownBy(() -> PackageUnpacker.unpack(List.of(other), root))
                .isInstanceOf(MalformedInputException.class);
    }

    @Test
    void aCircleOfLinksIsRefused() throws Exception {
        Path evil = deb(
                DebBuilder.of("evil").symlink("./a", "b").symlink("./b", "a").file("./a/f", "x"));
        assertThatThrownBy(() -> PackageUnpacker.unpack(List.of(evil), root))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("cycle");
    }

    @Test
    void aFileWhereADirectoryIsNeededIsRefusedAndTheOtherWayRound() throws Exception {
        Path one = deb(DebBuilder.of("evil").file("./f", "x").file("./f/g", "y"));
        assertThatThrownBy(() -> PackageUnpacker.unpack(List.of(one), root))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("expected a directory");
        Path two = deb(DebBuilder.of("evil").directory("./d/", 0755).file("./d", "y"));
        assertThatThrownBy(() -> PackageUnpacker.unpack(List.of(two), root))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("is already a directory");
    }

    @Test
    void theTreeInMemoryHoldsWhatTheFilterWants() throws Exception {
        List<Path> debs = List.of(
                deb(base()),
                deb(DebBuilder.of("lib")
                        .file("./lib/libx.so.1", "elf")
                        .symlink("./usr/lib/libx.so", "libx.so.1")
                        .file("./usr/share/doc/x", "doc")));
        try (FileTree tree = PackageTree.of(debs, entry -> !entry.path().startsWith("/usr/share"), 100)) {
            var found = TreePaths.find(tree, "/lib/libx.so").orElseThrow();
            ByteBuffer content = ByteBuffer.allocate(10);
            try (var open = tree.open(found)) {
                assertThat(open.read(content, 0)).isEqualTo(3);
            }
            assertThat(TreePaths.resolve(tree, "/lib/libx.so"))
                    .isInstanceOfSatisfying(
                            TreePaths.Found.class, f -> assertThat(f.path()).isEqualTo("/usr/lib/libx.so.1"));
            assertThat(TreePaths.find(tree, "/usr/share")).isEmpty();
        }
        assertThatThrownBy(() -> PackageTree.of(debs, entry -> true, 5))
                .isInstanceOf(MalformedInputException.class)
                .hasMessageContaining("more content than allowed");
    }
}
