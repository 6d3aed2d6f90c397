// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.disk.HostTool;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the writer makes is whole to e2fsck, and to debugfs what it was (Debian: e2fsprogs). */
class Ext4WriterIT {
    @TempDir
    Path directory;

    private Path root;
    private Path image;

    @BeforeEach
    void fill() throws Exception {
        root = Files.createDirectory(directory.resolve("root"));
        image = directory.resolve("image");
        Random random = new Random(1);
        for (int size : new int[] {0, 1, 4095, 4096, 4097, 65_536, 3_000_001}) {
            byte[] bytes = new byte[size];
            random.nextBytes(bytes);
            Files.write(Files.createDirectories(root.resolve("sizes")).resolve("f" + size), bytes);
        }
        for (int length : new int[] {1, 59, 60, 1000}) {
            Files.createSymbolicLink(root.resolve("l" + length), Path.of("t".repeat(length)));
        }
        Files.createLink(root.resolve("hard"), root.resolve("sizes/f4097"));
        for (int i = 0; i < 3000; i++) {
            Files.createFile(Files.createDirectories(root.resolve("many"))
                    .resolve("a-file-with-a-long-name-so-that-blocks-fill-" + i));
        }
        for (int i = 0; i < 300; i++) {
            Files.createDirectories(root.resolve("dirs/d" + i + "/deep/deeper"));
        }
    }

    private void write(long free) throws Exception {
        try (FileTree tree = HostFileTree.open(root)) {
            Ext4Writer.write(image, tree, TreeSelection.ALL, free);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1 << 20, 1L << 30, 20L << 30})
    void e2fsckFindsNothing(long free) throws Exception {
        write(free);
        HostTool.run("e2fsck", "-fn", image.toString());
    }

    @Test
    void e2fsckFindsNothingInLargeFiles() throws Exception {
        for (long size : new long[] {150L << 20, 700L << 20}) {
            try (RandomAccessFile file =
                    new RandomAccessFile(root.resolve("large" + size).toFile(), "rw")) {
                file.seek(size);
                file.write(1);
            }
        }
        write(1 << 20);
        HostTool.run("e2fsck", "-fn", image.toString());
    }

    @Test
    void debugfsReadsTheSameContent() throws Exception {
        write(1 << 20);
        Path copy = directory.resolve("copy");
        HostTool.run("debugfs", "-R", "dump /sizes/f3000001 " + copy, image.toString());
        assertThat(copy).hasSameBinaryContentAs(root.resolve("sizes/f3000001"));
        assertThat(HostTool.run("debugfs", "-R", "stat /l60", image.toString())).contains("Type: symlink");
        assertThat(HostTool.run("debugfs", "-R", "stat /hard", image.toString()))
                .contains("Links: 2");
        assertThat(HostTool.run("debugfs", "-R", "stats -h", image.toString())).contains("clean");
    }
}
