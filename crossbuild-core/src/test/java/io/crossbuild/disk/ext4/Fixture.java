// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.disk.MemoryDevice;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.zip.GZIPInputStream;

/**
 * Small file systems that mke2fs 1.47.0 made, all with the same files: {@code mke2fs -F -I 256 -b 1024 -N 128 -m 0 OPTIONS
 * -d root IMAGE 640K}, then {@code e2fsck -fyD} for the hash trees. The options are
 *
 * <ul>
 *   <li>modern: {@code -t ext4 -O inline_data,^has_journal,^resize_inode,metadata_csum_seed}
 *   <li>unchecked: {@code -t ext4 -O inline_data,meta_bg,^has_journal,^resize_inode,^metadata_csum,^uninit_bg}
 *   <li>classic: {@code -t ext4 -O ^has_journal,^resize_inode,^metadata_csum,^64bit,^dir_nlink,^flex_bg}
 *   <li>old: {@code -t ext2 -O ^resize_inode,^filetype}
 * </ul>
 */
final class Fixture {
    static final int BLOCK = 1024;

    private final byte[] image;

    private Fixture(byte[] image) {
        this.image = image;
    }

    static Fixture load(String name) throws IOException {
        try (InputStream packed = Objects.requireNonNull(Fixture.class.getResourceAsStream(name + ".img.gz"));
                InputStream in = new GZIPInputStream(packed)) {
            return new Fixture(in.readAllBytes());
        }
    }

    byte[] image() {
        return image;
    }

    Ext4FileTree open() throws Exception {
        return Ext4FileTree.open(new MemoryDevice(image), null);
    }

    /** The position of the first occurrence of a byte string in the image. */
    int find(String text) {
        byte[] wanted = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at <= image.length - wanted.length; at++) {
            if (ByteBuffer.wrap(image, at, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return at;
            }
        }
        throw new IllegalArgumentException("not in the image: " + text);
    }

    /** The position of an inode in the image. */
    int inodeAt(long number) throws Exception {
        Volume volume = Volume.open(new MemoryDevice(image), null);
        Inode inode = new InodeTable(volume).get(number);
        Superblock sb = volume.superblock();
        long inBlock = (number - 1) % sb.inodesPerGroup() * sb.inodeSize() % BLOCK;
        return (int) (inode.block() * BLOCK + inBlock);
    }

    void put(int at, int... bytes) {
        for (int i = 0; i < bytes.length; i++) {
            image[at + i] = (byte) bytes[i];
        }
    }

    /** The files of every fixture. */
    static MemoryFileTree content() throws Exception {
        Instant time = Instant.ofEpochSecond(1_700_000_000);
        FileAttributes file = new FileAttributes(0644, 0, 0, time);
        FileAttributes directory = new FileAttributes(0755, 0, 0, time);
        FileAttributes link = new FileAttributes(0777, 0, 0, time);
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 600; i++) {
            lines.append("line ").append(i).append('\n');
        }
        byte[] holes = new byte[300 * 1024 + 3];
        for (int i = 0; i < 12; i++) {
            Arrays.fill(holes, i * 4096 + 2048, i * 4096 + 3072, (byte) (65 + i));
        }
        System.arraycopy(bytes("end"), 0, holes, 300 * 1024, 3);
        MemoryFileTreeBuilder files = MemoryFileTree.builder()
                .file("/tiny", bytes("tiny"), new FileAttributes(0600, 0, 0, time))
                .file("/text", bytes(lines.toString()), new FileAttributes(04755, 0, 0, time))
                .hardLink("/hard", "/text")
                .file("/holes", holes, file)
                .symlink("/short-link", "text", link)
                .symlink("/middle-link", "/" + "m".repeat(99), link)
                .symlink("/long-link", "l".repeat(200), link)
                .directory("/sub", directory)
                .directory("/sub/inner", directory)
                .file("/sub/inner/x", bytes("x".repeat(100)), file)
                .special("/fifo", FileType.FIFO, file)
                .file("/na\uDCEFve-ü", bytes("name"), file)
                .directory("/many", directory);
        for (int i = 0; i < 45; i++) {
            files.file("/many/a-name-that-is-long-enough-%02d".formatted(i), new byte[0], file);
        }
        return files.build();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
