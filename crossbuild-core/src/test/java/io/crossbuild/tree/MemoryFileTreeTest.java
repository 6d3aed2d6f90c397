// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.MalformedInputException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MemoryFileTreeTest {
    @Test
    void contentsComeFromMemoryAndFromSlicesOfFiles(@TempDir Path dir) throws Exception {
        Path archive = Files.writeString(dir.resolve("archive"), "0123456789");
        try (MemoryFileTree tree = MemoryFileTree.builder()
                .file("a", bytes("in memory"))
                .file("b", new FileSlice(archive, 3, 4), FileAttributes.of(0600))
                .file("c", archive, FileAttributes.of(0600))
                .build()) {
            assertThat(read(tree, "/a")).isEqualTo("in memory");
            assertThat(read(tree, "/b")).isEqualTo("3456");
            assertThat(read(tree, "/c")).isEqualTo("0123456789");
        }
    }

    @Test
    void entriesAreSortedAndHaveTheirAttributes() throws Exception {
        FileAttributes attributes = new FileAttributes(04755, 7, 8, Instant.ofEpochSecond(9, 10));
        MemoryFileTree tree = MemoryFileTree.builder()
                .file("./usr/bin/su", bytes("x"), attributes)
                .symlink("/usr/bin/ls", "/bin/grüße")
                .special("/usr/bin/fifo", FileType.FIFO, FileAttributes.of(0622))
                .build();
        FileNode bin = TreePaths.find(tree, "/usr/bin").orElseThrow();
        assertThat(tree.children(bin)).extracting(FileTree.Entry::name).containsExactly("fifo", "ls", "su");
        assertThat(tree.children(bin))
                .extracting(e -> e.node().type())
                .containsExactly(FileType.FIFO, FileType.SYMLINK, FileType.REGULAR);
        FileNode su = tree.child(bin, "su").orElseThrow();
        assertThat(new FileAttributes(su.permissions(), su.uid(), su.gid(), su.modified()))
                .isEqualTo(attributes);
        assertThat(tree.linkTarget(tree.child(bin, "ls").orElseThrow())).isEqualTo("/bin/grüße");
        assertThat(tree.child(bin, "ls").orElseThrow().sizeBytes()).isEqualTo(12);
    }

    @Test
    void parentsThatAreLinksAreFollowedAsDpkgDoes() throws Exception {
        MemoryFileTree tree = MemoryFileTree.builder()
                .directory("/usr/lib")
                .symlink("/lib", "usr/lib")
                .file("./lib/x86_64-linux-gnu/libc.so.6", bytes("libc"))
                .directory("./lib", FileAttributes.of(0700))
                .build();
        assertThat(read(tree, "/usr/lib/x86_64-linux-gnu/libc.so.6")).isEqualTo("libc");
        assertThat(tree.child(tree.root(), "lib").orElseThrow().isSymlink()).isTrue();
        assertThat(TreePaths.find(tree, "/usr/lib").orElseThrow().permissions()).isEqualTo(0700);
    }

    @Test
    void hardLinksAreOneFileWithTwoNames() throws Exception {
        MemoryFileTree tree = MemoryFileTree.builder()
                .file("/bin/perl", bytes("perl"))
                .hardLink("/bin/perl5.36", "/bin/perl")
                .file("/bin/other", bytes("perl"))
                .hardLink("/bin/perl", "bin/perl")
                .build();
        FileNode perl = TreePaths.find(tree, "/bin/perl").orElseThrow();
        assertThat(TreePaths.find(tree, "/bin/perl5.36")).contains(perl);
        assertThat(perl.links()).isEqualTo(2);
        FileNode other = TreePaths.find(tree, "/bin/other").orElseThrow();
        assertThat(other).isNotEqualTo(perl);
        assertThat(other.id()).isNotEqualTo(perl.id());
    }

    @Test
    void aFileReplacesAFile() throws Exception {
        MemoryFileTree tree = MemoryFileTree.builder()
                .file("/a", bytes("old"))
                .hardLink("/b", "/a")
                .file("/a", bytes("new"))
                .build();
        assertThat(read(tree, "/a")).isEqualTo("new");
        assertThat(read(tree, "/b")).isEqualTo("old");
        assertThat(TreePaths.find(tree, "/b").orElseThrow().links()).isEqualTo(1);
    }

    @Test
    void pathsThatCannotBeMadeAreRefused() throws Exception {
        MemoryFileTreeBuilder builder = MemoryFileTree.builder()
                .directory("/dir")
                .file("/file", new byte[0])
                .symlink("/loop", "loop")
                .symlink("/dangling", "nowhere");
        for (String path : List.of("/a/../b", "..", "", "/", "/dir", "/file/x", "/loop/x", "/dangling/x", "/a\0b")) {
            assertThatThrownBy(() -> builder.file(path, new byte[0]))
                    .as(path)
                    .isInstanceOf(MalformedInputException.class);
        }
        for (String existing : List.of("/nowhere", "/dir", "/")) {
            assertThatThrownBy(() -> builder.hardLink("/new", existing)).isInstanceOf(MalformedInputException.class);
        }
        assertThatThrownBy(() -> builder.directory("/dangling"))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage(
                        "Malformed '/dangling': '/dangling' does not lead to a directory (expected a directory or a link to"
                                + " one)");
    }

    private static String read(FileTree tree, String path) throws Exception {
        try (FileContent content = tree.open(TreePaths.find(tree, path).orElseThrow())) {
            ByteBuffer buffer = ByteBuffer.allocate((int) content.sizeBytes());
            while (buffer.hasRemaining()) {
                assertThat(content.read(buffer, buffer.position())).isPositive();
            }
            assertThat(content.read(ByteBuffer.allocate(1), content.sizeBytes()))
                    .isEqualTo(-1);
            return new String(buffer.array(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
