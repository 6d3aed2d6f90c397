// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.disk.MemoryDevice;
import io.crossbuild.disk.Mutations;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Random;

/** Reads damaged file systems completely. */
final class Ext4Mutants {
    private static final int MAX_DIRECTORIES = 128;

    private Ext4Mutants() {}

    static void read(String fixtureName, int count, long seed) throws Exception {
        Fixture fixture = Fixture.load(fixtureName);
        byte[] image = fixture.image();
        blankContents(image);
        int refused = Mutations.run(image, 1024, image.length, count, Duration.ofSeconds(10), new Random(seed), () -> {
            try (Ext4FileTree tree = Ext4FileTree.open(new MemoryDevice(image), null)) {
                walk(tree);
            }
        });
        assertThat(refused).isBetween(count / 25, count);
    }

    /** Damage outside the metadata is not detected: a block without a zero byte is the content of a file. */
    private static void blankContents(byte[] image) {
        for (int block = 0; block < image.length; block += Fixture.BLOCK) {
            boolean full = true;
            for (int i = block; i < block + Fixture.BLOCK; i++) {
                full &= image[i] != 0;
            }
            if (full) {
                Arrays.fill(image, block, block + Fixture.BLOCK, (byte) 0);
            }
        }
    }

    static void walk(Ext4FileTree tree) throws IOException, CrossbuildException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        Deque<FileNode> directories = new ArrayDeque<>();
        directories.push(tree.root());
        int seen = 0;
        while (!directories.isEmpty()) {
            FileNode directory = directories.pop();
            seen++;
            assertThat(seen).isLessThanOrEqualTo(MAX_DIRECTORIES);
            for (FileTree.Entry entry : tree.children(directory)) {
                FileNode node = entry.node();
                if (node.isDirectory()) {
                    directories.push(node);
                } else if (node.isSymlink()) {
                    TreePaths.resolve(tree, tree.linkTarget(node));
                } else if (node.isRegular()) {
                    read(tree, node, buffer);
                }
            }
        }
    }

    /** A damaged size may be terabytes: reads only the beginning and the data. */
    private static void read(FileTree tree, FileNode node, ByteBuffer buffer) throws IOException, CrossbuildException {
        try (FileContent content = tree.open(node)) {
            content.read(buffer.clear(), 0);
            long at = 0;
            for (int i = 0; i < 100 && at < content.sizeBytes(); i++) {
                FileContent.Run run = content.runAt(at);
                assertThat(run.end()).isGreaterThan(at).isLessThanOrEqualTo(content.sizeBytes());
                if (!run.hole()) {
                    assertThat(content.read(buffer.clear(), at)).isPositive();
                }
                at = run.end();
            }
        }
    }
}
