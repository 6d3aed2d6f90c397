// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class HostFileTreeTest {
    @TempDir
    Path dir;

    @Test
    void filesAndDirectoriesAreFoundAndRead() throws Exception {
        Files.createDirectories(dir.resolve("usr/bin"));
        Files.writeString(dir.resolve("usr/bin/tool"), "content");
        try (HostFileTree tree = HostFileTree.open(dir)) {
            FileNode tool = TreePaths.find(tree, "/usr/bin/tool").orElseThrow();
            assertThat(tool.isRegular()).isTrue();
            assertThat(tool.sizeBytes()).isEqualTo(7);
            ByteBuffer buffer = ByteBuffer.allocate(100);
            try (FileContent content = tree.open(tool)) {
                assertThat(content.sizeBytes()).isEqualTo(7);
                assertThat(content.read(buffer, 2)).isEqualTo(5);
                assertThat(content.read(buffer, 7)).isEqualTo(-1);
            }
            assertThat(new String(buffer.array(), 0, 5, StandardCharsets.UTF_8)).isEqualTo("ntent");
            assertThat(tree.children(TreePaths.find(tree, "/usr/bin").orElseThrow()))
                    .containsExactly(new FileTree.Entry("tool", tool));
        }
    }

    @Test
    void noNameLeadsOutOfTheDirectory() throws Exception {
        Path root = Files.createDirectory(dir.resolve("root"));
        Files.createDirectory(root.resolve("sub"));
        Files.writeString(dir.resolve("root/sub/inner"), "");
        Files.writeString(dir.resolve("secret"), "");
        try (HostFileTree tree = HostFileTree.open(root)) {
            FileNode top = tree.root();
            for (String name : List.of("..", ".", "", "../secret", "sub/inner", "/", "sub/", dir + "/secret", "a\0b")) {
                assertThat(tree.child(top, name)).as(name).isEmpty();
            }
            assertThat(tree.child(top, "x".repeat(256))).isEmpty();
            assertThat(tree.child(top, "sub")).isPresent();
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void linksAreShownAndNotFollowed() throws Exception {
        Files.writeString(dir.resolve("secret"), "");
        Path root = Files.createDirectory(dir.resolve("root"));
        Files.createSymbolicLink(root.resolve("out"), dir.resolve("secret"));
        Files.createSymbolicLink(root.resolve("slash"), Path.of("."));
        try (HostFileTree tree = HostFileTree.open(root)) {
            FileNode link = tree.child(tree.root(), "out").orElseThrow();
            assertThat(link.isSymlink()).isTrue();
            assertThat(tree.linkTarget(link)).isEqualTo(dir + "/secret");
            assertThat(TreePaths.find(tree, "/out")).isEmpty();
            assertThatThrownBy(() -> tree.open(link)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aFileThatBecameALinkIsNotOpened() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "x");
        try (HostFileTree tree = HostFileTree.open(dir)) {
            FileNode node = tree.child(tree.root(), "file").orElseThrow();
            Files.move(file, dir.resolve("other"));
            Files.createSymbolicLink(file, dir.resolve("other"));
            assertThatThrownBy(() -> tree.open(node)).isInstanceOf(IOException.class);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void unixAttributesAreTaken() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "x");
        Files.createLink(dir.resolve("same"), file);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setAttribute(file, "unix:mode", 06751);
        Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000_000, 123_456_789)));
        try (HostFileTree tree = HostFileTree.open(dir)) {
            FileNode node = tree.child(tree.root(), "file").orElseThrow();
            assertThat(node.permissions()).isEqualTo(06751);
            assertThat(node.links()).isEqualTo(2);
            assertThat(node.modified()).isEqualTo(Instant.ofEpochSecond(1_000_000_000, 123_456_789));
            assertThat(node.uid()).isEqualTo(((Integer) Files.getAttribute(file, "unix:uid")).longValue());
            assertThat(tree.child(tree.root(), "same")).contains(node);
            assertThat(node).isNotEqualTo(tree.root());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void namesAreReadByteForByte() throws Exception {
        String name = "a\uDCE9\uDCFF b%41ü";
        Path file = Path.of(URI.create(dir.toUri() + "a%e9%ff%20b%2541%c3%bc"));
        Files.createDirectory(file);
        Files.writeString(file.resolve("inner"), "x");
        try (HostFileTree tree = HostFileTree.open(dir)) {
            assertThat(tree.children(tree.root()))
                    .extracting(FileTree.Entry::name)
                    .containsExactly(name);
            assertThat(TreePaths.find(tree, "/" + name + "/inner")).isPresent();
            assertThat(tree.child(tree.root(), "a\uDCE9\uDCFE b%41ü")).isEmpty();
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void linkTargetsAreReadByteForByte() throws Exception {
        Files.createSymbolicLink(dir.resolve("link"), Path.of(URI.create("file:///opt/%e9/%c3%bc")));
        Files.createSymbolicLink(
                dir.resolve("relative"), Path.of("/opt").relativize(Path.of(URI.create("file:///opt/%e9%25/%c3%bc"))));
        try (HostFileTree tree = HostFileTree.open(dir)) {
            assertThat(tree.linkTarget(tree.child(tree.root(), "link").orElseThrow()))
                    .isEqualTo("/opt/\uDCE9/ü");
            assertThat(tree.linkTarget(tree.child(tree.root(), "relative").orElseThrow()))
                    .isEqualTo("\uDCE9%/ü");
        }
    }

    @Test
    void aFileIsNotATree() throws Exception {
        Path file = Files.writeString(dir.resolve("file"), "x");
        assertThatThrownBy(() -> HostFileTree.open(file)).isInstanceOf(NotDirectoryException.class);
    }
}
