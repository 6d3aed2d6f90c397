// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.HostTool;
import io.crossbuild.disk.TreeListing;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares the reader with file systems that mke2fs fills from a host directory, and with the output of debugfs; needs
 * mke2fs, e2fsck and debugfs (Debian: e2fsprogs).
 */
class Ext4IT {
    @TempDir
    static Path source;

    @TempDir
    Path dir;

    @BeforeAll
    static void fillTheSource() throws Exception {
        Random random = new Random(1);
        Path root = Files.createDirectory(source.resolve("root"));
        for (String name :
                List.of("plain", "with space", "-dash", "new\nline", "back\\slash", "grüße", "日本", "x".repeat(255))) {
            Files.write(Files.createDirectories(root.resolve("names")).resolve(name), bytes(random, 700));
        }
        Files.write(Path.of(URI.create(root.toUri() + "names/%ff%fe%80")), bytes(random, 10));
        for (int size : new int[] {0, 1, 59, 60, 61, 100, 160, 1023, 1024, 4096, 4097, 65_536, 70_000, 3_000_001}) {
            Files.write(Files.createDirectories(root.resolve("sizes")).resolve("f" + size), bytes(random, size));
        }
        Files.createDirectories(root.resolve("links"));
        for (int length : new int[] {1, 58, 59, 60, 61, 100, 160, 255, 1000}) {
            Files.createSymbolicLink(root.resolve("links/l" + length), Path.of("t".repeat(length)));
        }
        Files.createSymbolicLink(root.resolve("links/absolute"), Path.of("/usr/lib/x"));
        Files.createLink(root.resolve("links/hard1"), root.resolve("sizes/f4097"));
        Files.createLink(root.resolve("sizes/hard2"), root.resolve("sizes/f4097"));
        for (int i = 0; i < 2500; i++) {
            Path many = Files.createDirectories(root.resolve("many"));
            Files.createFile(many.resolve("a-file-with-a-long-name-so-that-blocks-fill-" + i));
        }
        for (int i = 0; i < 60; i++) {
            Files.createDirectories(root.resolve("dirs/d" + i + "/deep/deeper"));
        }
        Files.createDirectories(root.resolve("empty"));
        writeWithHoles(root.resolve("holes"), 400, 8192, random);
        writeWithHoles(root.resolve("fine-holes"), 3000, 2048, random);
        try (FileChannel huge = FileChannel.open(
                root.resolve("huge-hole"),
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE))) {
            huge.write(ByteBuffer.wrap(bytes(random, 5000)), 5_000_000);
            huge.write(ByteBuffer.wrap(bytes(random, 5000)), 80_000_000);
        }
        Files.setPosixFilePermissions(root.resolve("sizes/f59"), PosixFilePermissions.fromString("r-x--x-w-"));
        Files.setAttribute(root.resolve("sizes/f60"), "unix:mode", 06755);
        HostTool.run("mkfifo", root.resolve("fifo").toString());
        for (String name : List.of("sizes/f0", "dirs/d1", "names/plain")) {
            Files.setLastModifiedTime(root.resolve(name), FileTime.from(Instant.parse("2031-02-03T04:05:06Z")));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-b 1024",
                "-b 2048 -O ^extents,^64bit",
                "-b 1024 -O ^extents,^64bit,^metadata_csum,^flex_bg",
                "-t ext2 -b 1024",
                "-t ext2 -r 0 -b 4096",
                "-t ext3 -b 2048 -I 128",
                "-O inline_data",
                "-O inline_data -I 1024 -b 1024",
                "-O ^metadata_csum,uninit_bg",
                "-O ^metadata_csum,uninit_bg,^64bit -b 1024",
                "-O ^metadata_csum,^uninit_bg",
                "-O meta_bg,^resize_inode -b 1024",
                "-O meta_bg,^resize_inode,^64bit,^metadata_csum,uninit_bg -b 1024",
                "-O meta_bg,^resize_inode,^sparse_super -b 1024 -g 2048",
                "-O bigalloc -C 16384",
                "-O bigalloc -b 1024 -C 16384",
                "-I 128",
                "-I 512 -O ^extra_isize",
                "-O sparse_super2 -b 1024",
                "-O sparse_super2,meta_bg,^resize_inode -b 1024 -g 2048",
                "-b 65536",
                "-b 16384 -O inline_data",
                "-O metadata_csum_seed,orphan_file",
                "-O ^has_journal,^dir_index",
                "-O ^filetype",
                "-O encrypt,large_dir,ea_inode,quota,project,verity,stable_inodes",
                "-O casefold",
                "-G 4 -g 8192 -E packed_meta_blocks=1",
                "-O mmp"
            })
    void fileSystemsAreReadAsTheyWereFilled(String options) throws Exception {
        Path image = make(options, 160);
        List<String> expected = expected();
        assertListing(image, expected);
        if (options.contains("mmp")) {
            return; // e2fsck would wait for seconds to see whether another host writes
        }
        // Now with hash trees, which mke2fs does not make.
        HostTool.run(List.of(0, 1), "e2fsck", "-fyD", image.toString());
        HostTool.run("e2fsck", "-fn", image.toString());
        assertListing(image, expected);
    }

    @Test
    void holesAreReported() throws Exception {
        for (String options : List.of("-b 4096", "-b 4096 -O ^extents,^64bit")) {
            try (FileTree tree = open(make(options, 100));
                    FileContent content =
                            tree.open(TreePaths.find(tree, "/huge-hole").orElseThrow())) {
                assertThat(holesAndData(content))
                        .containsExactly("hole to 4997120", "data to 5005312", "hole to 79998976", "data to 80005000");
            }
        }
    }

    @Test
    void whatWasAllocatedAndNeverWrittenReadsAsZero() throws Exception {
        Path image = make("-b 1024", 100);
        Path commands = Files.writeString(dir.resolve("commands"), """
                fallocate /fine-holes 0 2000
                write /dev/null allocated
                fallocate allocated 0 999
                set_inode_field allocated size 1024000
                """);
        HostTool.run("debugfs", "-w", "-f", commands.toString(), image.toString());
        try (FileTree tree = open(image);
                FileTree host = HostFileTree.open(source.resolve("root"));
                FileContent content =
                        tree.open(TreePaths.find(tree, "/allocated").orElseThrow())) {
            ByteBuffer bytes = ByteBuffer.allocate(1_024_000);
            assertThat(content.read(bytes, 0)).isEqualTo(1_024_000);
            assertThat(bytes.flip()).isEqualTo(ByteBuffer.allocate(1_024_000));
            assertThat(holesAndData(content)).containsExactly("hole to 1024000");
            assertThat(TreeListing.of(tree))
                    .containsAll(TreeListing.of(host).stream()
                            .filter(l -> l.startsWith("/fine-holes"))
                            .toList());
        }
    }

    @Test
    void devicesAndTimesAreAsDebugfsSetThem() throws Exception {
        Path image = make("", 100);
        Path commands = Files.writeString(dir.resolve("commands"), """
                mknod tty c 5 1
                mknod disk b 254 0
                set_inode_field tty mode 020620
                set_inode_field tty uid 0x12345
                set_inode_field tty gid 0x54321
                set_inode_field tty mtime @0x80000000
                set_inode_field tty mtime_extra 0x00000001
                set_inode_field disk mtime @0xffffffff
                set_inode_field disk mtime_extra 0x%x
                set_inode_field /sizes/f1 mtime @0x10
                set_inode_field /sizes/f1 mtime_extra 0x%x
                """.formatted(0, (123_456_789 << 2) | 3));
        HostTool.run("debugfs", "-w", "-f", commands.toString(), image.toString());
        try (FileTree tree = open(image)) {
            FileNode tty = TreePaths.find(tree, "/tty").orElseThrow();
            assertThat(tty.type().name()).isEqualTo("CHARACTER_DEVICE");
            assertThat(tty.permissions()).isEqualTo(0620);
            assertThat(tty.uid()).isEqualTo(0x12345);
            assertThat(tty.gid()).isEqualTo(0x54321);
            assertThat(tty.modified()).isEqualTo(Instant.parse("2038-01-19T03:14:08Z"));
            FileNode disk = TreePaths.find(tree, "/disk").orElseThrow();
            assertThat(disk.type().name()).isEqualTo("BLOCK_DEVICE");
            assertThat(disk.modified()).isEqualTo(Instant.ofEpochSecond(-1));
            assertThat(TreePaths.find(tree, "/sizes/f1").orElseThrow().modified())
                    .isEqualTo(Instant.ofEpochSecond(16 + (3L << 32), 123_456_789));
        }
    }

    @Test
    void aQcow2ChainWithAFileSystemIsOneTree() throws Exception {
        Path raw = make("", 160);
        Path base = dir.resolve("base.qcow2");
        Path overlay = dir.resolve("overlay.qcow2");
        HostTool.run("qemu-img", "convert", "-q", "-c", "-O", "qcow2", raw.toString(), base.toString());
        HostTool.run(
                "qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base.toString(), overlay.toString());
        try (FileTree tree = DiskTree.open(List.of(base, overlay))) {
            assertThat(TreeListing.of(tree)).isEqualTo(expected());
        }
    }

    private static List<String> holesAndData(FileContent content) throws Exception {
        List<String> runs = new ArrayList<>();
        long at = 0;
        while (at < content.sizeBytes()) {
            FileContent.Run run = content.runAt(at);
            String kind = run.hole() ? "hole" : "data";
            if (!runs.isEmpty() && runs.get(runs.size() - 1).startsWith(kind)) {
                runs.remove(runs.size() - 1);
            }
            runs.add(kind + " to " + run.end());
            at = run.end();
        }
        return runs;
    }

    private static void assertListing(Path image, List<String> expected) throws Exception {
        try (FileTree tree = open(image)) {
            assertThat(TreeListing.of(tree)).isEqualTo(expected);
        }
    }

    private static List<String> expected() throws Exception {
        try (FileTree host = HostFileTree.open(source.resolve("root"))) {
            return TreeListing.of(host);
        }
    }

    private static FileTree open(Path image) throws Exception {
        return DiskTree.open(RawImage.open(image));
    }

    private Path make(String options, int sizeMib) throws IOException, InterruptedException {
        Path image = dir.resolve("image");
        Files.deleteIfExists(image);
        List<String> command = new ArrayList<>(List.of("mke2fs", "-q", "-F"));
        if (!options.contains("-t ")) {
            command.addAll(List.of("-t", "ext4"));
        }
        for (String option : options.split(" ")) {
            if (!option.isEmpty()) {
                command.add(option);
            }
        }
        if (!options.contains("-I ") && !options.contains("-r 0")) {
            command.addAll(List.of("-I", "256"));
        }
        command.addAll(List.of("-N", "6000", "-d", source.resolve("root").toString(), image.toString(), sizeMib + "M"));
        HostTool.run(command.toArray(new String[0]));
        return image;
    }

    private static void writeWithHoles(Path file, int parts, int length, Random random) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE))) {
            for (int i = 0; i < parts; i++) {
                channel.write(ByteBuffer.wrap(bytes(random, length)), 2L * i * length + length);
            }
        }
    }

    private static byte[] bytes(Random random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }
}
