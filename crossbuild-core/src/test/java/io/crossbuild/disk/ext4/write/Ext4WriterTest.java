// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.TreeListing;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is written is read by the reader, which is compared with the kernel's tools elsewhere. */
class Ext4WriterTest {
    private static final Instant TIME = Instant.parse("2024-03-01T12:34:56.123456789Z");

    @TempDir
    Path directory;

    private final MemoryFileTreeBuilder builder = MemoryFileTree.builder();

    private void file(String path, int size, int mode) throws Exception {
        byte[] content = new byte[size];
        new Random(size).nextBytes(content);
        builder.file(path, content, new FileAttributes(mode, 0, 0, TIME));
    }

    private List<String> written(TreeSelection selection) throws Exception {
        return written(builder.build(), selection);
    }

    private List<String> written(FileTree source, TreeSelection selection) throws Exception {
        Path image = directory.resolve("image");
        try (FileTree tree = source) {
            Ext4Writer.write(image, tree, selection, 1 << 20);
        }
        try (FileTree tree = DiskTree.open(RawImage.open(image))) {
            return TreeListing.of(tree);
        }
    }

    @Test
    void everyFileIsThere() throws Exception {
        for (int size : new int[] {0, 1, 4095, 4096, 4097, 70_000, 3_000_001}) {
            file("/sizes/f" + size, size, 0644);
        }
        for (int length : new int[] {1, 58, 59, 60, 61, 255, 1000, 4000}) {
            builder.symlink("/links/l" + length, "t".repeat(length));
        }
        for (String name : List.of("with space", "grüße", "x".repeat(255), "-dash", "new\nline")) {
            file("/names/" + name, 10, 0755);
        }
        for (int i = 0; i < 1200; i++) {
            file("/many/a-file-with-a-long-name-so-that-blocks-fill-" + i, 3, 0600);
        }
        builder.directory("/empty", new FileAttributes(01777, 0, 0, TIME));
        builder.file("/old", new byte[1], new FileAttributes(0644, 0, 0, Instant.parse("1901-12-14T00:00:00Z")));
        builder.file("/late", new byte[1], new FileAttributes(04755, 0, 0, Instant.parse("2041-02-03T04:05:06.5Z")));
        FileTree tree = builder.build();
        List<String> expected = TreeListing.of(tree);
        assertThat(written(tree, TreeSelection.ALL)).isEqualTo(expected);
    }

    @Test
    void ownersBecomeRootAndASelectionDecidesTheRest() throws Exception {
        builder.file("/a/b", new byte[3], new FileAttributes(0600, 1000, 1000, TIME));
        builder.file("/a/c", new byte[3], new FileAttributes(0600, 1000, 1000, TIME));
        builder.file("/d/e", new byte[3], new FileAttributes(0600, 1000, 1000, TIME));
        assertThat(written(new TreeSelection() {
                    @Override
                    public boolean takes(String path, FileNode node) {
                        return !path.equals("/d") && !path.equals("/a/c");
                    }

                    @Override
                    public int permissions(FileNode node) {
                        return 0755;
                    }
                }))
                .hasSize(2)
                .anyMatch(line -> line.startsWith("/a DIRECTORY 0755 0:0"))
                .anyMatch(line -> line.startsWith("/a/b REGULAR 0755 0:0"));
    }

    @Test
    void aFileMayBeLargerThanAGroup() throws Exception {
        // Holes of the image: only a part of the file is written.
        Path host = Files.createDirectory(directory.resolve("host"));
        try (var file = new RandomAccessFile(host.resolve("large").toFile(), "rw")) {
            file.seek(300L << 20);
            file.write("end".getBytes(StandardCharsets.UTF_8));
        }
        Path image = directory.resolve("image");
        try (FileTree tree = HostFileTree.open(host)) {
            Ext4Writer.write(image, tree, TreeSelection.ALL, 0);
        }
        try (FileTree read = DiskTree.open(RawImage.open(image));
                FileContent content = read.open(read.child(read.root(), "large").orElseThrow())) {
            assertThat(content.sizeBytes()).isEqualTo((300L << 20) + 3);
            ByteBuffer last = ByteBuffer.allocate(8);
            content.read(last, (300L << 20) - 5);
            assertThat(last.array()).isEqualTo("\0\0\0\0\0end".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Files.size(image) % (128 << 20)).isZero();
    }

    @Test
    void anImageIsNeverOverwritten() throws Exception {
        Files.createFile(directory.resolve("image"));
        assertThatThrownBy(() -> written(TreeSelection.ALL)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void thereIsRoomForWhatIsAskedFor() {
        for (long blocks : new long[] {1, 1000, 32_768, 1_000_000, 30_000_000}) {
            for (long inodes : new long[] {12, 70_000, 1_000_000}) {
                Geometry geometry = Geometry.of(blocks, inodes);
                assertThat(geometry.room()).isGreaterThanOrEqualTo(blocks);
                assertThat((long) geometry.inodes()).isGreaterThanOrEqualTo(inodes);
            }
        }
        assertThatThrownBy(() -> Geometry.of(1L << 33, 12)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTreeOfExtentsHasAsManyLevelsAsItNeeds() {
        List<Extent> extents = new ArrayList<>();
        for (int i = 0; i < 2000; i++) {
            extents.add(new Extent(2L * i, 100_000L + 2L * i, 1));
        }
        ExtentTree tree = new ExtentTree(extents, new BlockAllocator(Geometry.of(10_000, 12)));
        // 2000 in six blocks, these in one, that one in the inode.
        assertThat(tree.blocks()).hasSize(7);
        assertThat(tree.root().order(ByteOrder.LITTLE_ENDIAN).getShort(6)).isEqualTo((short) 2);
        assertThat(ExtentTree.blocksFor(2000)).isEqualTo(7);
        assertThat(ExtentTree.blocksFor(4)).isZero();
    }
}
