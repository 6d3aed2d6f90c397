// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.HostTool;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.tree.FileTree;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A disk whose files have the same blocks, so that they are larger together than the disk; needs mke2fs and debugfs
 * (Debian: e2fsprogs).
 */
class SharedBlocksIT {
    private static final int SIZE = 6_000_000;
    private static final int FILES = 5;
    private static final int BLOCK = 1024;
    private static final int MAP_OFFSET = 40;
    private static final String[] LAST_WORDS = {"IND", "DIND", "TIND"};

    @TempDir
    Path directory;

    @Test
    void filesThatShareTheirBlocksAreRefused() throws Exception {
        Path image = image();
        share(image);
        Path root = directory.toRealPath().resolve("root");
        try (FileTree tree = DiskTree.open(RawImage.open(image))) {
            Extractor extractor = new Extractor(
                    tree, BuildConfig.EMPTY.withDirs("/"), ExtractionOptions.DEFAULTS, BuildListener.NONE);
            assertThatThrownBy(() -> extractor.extractTo(root))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageMatching("Malformed '/f[0-4]': with it, the files have more than \\d+ bytes, but their"
                            + " disk stores only " + Files.size(image) + " \\(expected at most that many\\)");
        }
        assertThat(root).doesNotExist();
    }

    private Path image() throws Exception {
        Path source = Files.createDirectory(directory.resolve("source"));
        byte[] content = new byte[SIZE];
        new Random(1).nextBytes(content);
        Files.write(source.resolve("f0"), content);
        for (int i = 1; i < FILES; i++) {
            Files.writeString(source.resolve("f" + i), "small");
        }
        Path image = directory.resolve("image");
        HostTool.run(
                "mke2fs",
                "-q",
                "-F",
                "-t",
                "ext4",
                "-b",
                Integer.toString(BLOCK),
                "-O",
                "^has_journal",
                "-d",
                source.toString(),
                image.toString(),
                "16M");
        return image;
    }

    /** Gives all files the size and the extents of the first one. */
    private void share(Path image) throws Exception {
        StringBuilder commands = new StringBuilder();
        int[] map = mapOf("f0", image);
        for (int i = 1; i < FILES; i++) {
            String field = "set_inode_field f" + i + " ";
            commands.append(field).append("size ").append(SIZE).append('\n');
            for (int word = 0; word < map.length; word++) {
                String name = word < 12 ? Integer.toString(word) : LAST_WORDS[word - 12];
                commands.append(field)
                        .append("block[")
                        .append(name)
                        .append("] ")
                        .append(Integer.toUnsignedLong(map[word]))
                        .append('\n');
            }
        }
        Path file = Files.writeString(directory.resolve("commands"), commands);
        HostTool.run("debugfs", "-w", "-f", file.toString(), image.toString());
    }

    /** The words of an inode that say where its blocks are. */
    private static int[] mapOf(String file, Path image) throws Exception {
        String place = HostTool.run("debugfs", "-R", "imap " + file, image.toString());
        Matcher numbers =
                Pattern.compile("located at block (\\d+), offset 0x([0-9a-f]+)").matcher(place);
        assertThat(numbers.find()).as(place).isTrue();
        int at = Integer.parseInt(numbers.group(1)) * BLOCK + Integer.parseInt(numbers.group(2), 16) + MAP_OFFSET;
        byte[] all = Files.readAllBytes(image);
        int[] map = new int[15];
        ByteBuffer.wrap(Arrays.copyOfRange(all, at, at + map.length * Integer.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asIntBuffer()
                .get(map);
        return map;
    }
}
