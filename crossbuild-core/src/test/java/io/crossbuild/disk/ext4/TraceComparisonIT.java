// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.disk.DiskTree;
import io.crossbuild.disk.HostTool;
import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares disks at the places that were read; debugfs makes differences, and reading again shows whether they matter.
 * Needs mke2fs and debugfs (Debian: e2fsprogs), qemu-img and qemu-io (qemu-utils).
 */
class TraceComparisonIT {
    private static final int CLUSTER = 1 << 16;
    private static final int BLOCK = 4096;
    private static final int ACCESSED_EXTRA = 0x8C;
    private static final Pattern INODE_PLACE = Pattern.compile("at block (\\d+), offset (0x[0-9a-f]+)");

    @TempDir
    static Path shared;

    private static Path raw;
    private static Path base;

    @TempDir
    Path dir;

    private int overlays;

    @BeforeAll
    static void makeTheBase() throws Exception {
        Random random = new Random(1);
        Path root = Files.createDirectory(shared.resolve("root"));
        for (String directory : List.of("read", "other")) {
            Path place = Files.createDirectory(root.resolve(directory));
            for (int i = 0; i < 60; i++) {
                byte[] bytes = new byte[random.nextInt(30_000)];
                random.nextBytes(bytes);
                Files.write(place.resolve("f" + i), bytes);
            }
            Files.createSymbolicLink(place.resolve("link"), Path.of("x".repeat(100)));
            Files.createDirectory(place.resolve("in"));
        }
        raw = shared.resolve("raw");
        base = shared.resolve("base.qcow2");
        HostTool.run(
                "mke2fs", "-q", "-F", "-t", "ext4", "-b", "" + BLOCK, "-d", root.toString(), raw.toString(), "32m");
        HostTool.run("qemu-img", "convert", "-q", "-f", "raw", "-O", "qcow2", raw.toString(), base.toString());
    }

    /** An overlay with the clusters that differ in a changed copy of the file system. */
    private Path overlay(String debugfsCommands) throws Exception {
        Path changed = Files.copy(raw, dir.resolve("changed" + overlays));
        Path commands = Files.writeString(dir.resolve("commands"), debugfsCommands);
        HostTool.run("debugfs", "-w", "-f", commands.toString(), changed.toString());
        return overlayOf(changed);
    }

    private Path overlayOf(Path changed) throws Exception {
        Path overlay = dir.resolve("overlay" + overlays++ + ".qcow2");
        HostTool.run(
                "qemu-img", "create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", base.toString(), overlay.toString());
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "qcow2"));
        try (InputStream before = Files.newInputStream(raw);
                InputStream now = Files.newInputStream(changed)) {
            byte[] cluster = now.readNBytes(CLUSTER);
            for (int at = 0; cluster.length > 0; at += CLUSTER) {
                if (!Arrays.equals(before.readNBytes(CLUSTER), cluster)) {
                    Path file = Files.write(dir.resolve("cluster" + at), cluster);
                    command.addAll(List.of("-c", "write -s " + file + " " + at + " " + CLUSTER));
                }
                cluster = now.readNBytes(CLUSTER);
            }
        }
        command.add(overlay.toString());
        HostTool.run(command.toArray(new String[0]));
        Files.delete(changed);
        return overlay;
    }

    /**
     * What an extraction would read: names, attributes and contents below a directory, except the contents of some
     * files.
     */
    private static List<String> read(FileTree tree) throws Exception {
        List<String> all = new ArrayList<>();
        for (FileTree.Entry entry : tree.children(TreePaths.find(tree, "/read").orElseThrow())) {
            String line = entry.name() + " " + entry.node().type() + " "
                    + entry.node().permissions() + " "
                    + entry.node().modified() + " " + entry.node().links() + " "
                    + entry.node().sizeBytes();
            if (entry.node().isSymlink()) {
                line += " " + tree.linkTarget(entry.node());
            } else if (entry.node().isRegular() && !entry.name().endsWith("9")) {
                line += " " + content(tree, entry);
            }
            all.add(line);
        }
        return all;
    }

    private static int content(FileTree tree, FileTree.Entry entry) throws Exception {
        try (FileContent content = tree.open(entry.node())) {
            ByteBuffer bytes = ByteBuffer.allocate((int) content.sizeBytes());
            while (bytes.hasRemaining()) {
                content.read(bytes, bytes.position());
            }
            return bytes.flip().hashCode();
        }
    }

    private record Reading(List<String> found, ReadTrace trace) {}

    /** Reads a disk; the trace goes through a file, as it does between two builds. */
    private Reading readTraced(List<Path> chain) throws Exception {
        ReadTrace trace = new ReadTrace();
        try (FileTree tree = DiskTree.open(chain, trace)) {
            List<String> found = read(tree);
            assertThat(trace.isComplete()).isTrue();
            Path file = dir.resolve("trace");
            trace.write(file);
            return new Reading(found, ReadTrace.read(file));
        }
    }

    private boolean isSame(List<Path> before, List<Path> now) throws Exception {
        return DiskTree.readsTheSame(readTraced(before).trace(), before, now);
    }

    private void assertSame(String commands, boolean same) throws Exception {
        Path overlay = overlay(commands);
        assertThat(isSame(List.of(base), List.of(base, overlay))).as(commands).isEqualTo(same);
        assertThat(isSame(List.of(base, overlay), List.of(base))).as(commands).isEqualTo(same);
    }

    @Test
    void whatWasNotReadDoesNotMatter() throws Exception {
        assertSame("write /dev/null other/new\n", true);
        assertSame("rm other/f1\nset_inode_field other/f2 mode 0100600\nset_inode_field / mtime @0x10\n", false);
        assertSame("rm other/f1\nset_inode_field other/f2 mode 0100600\n", true);
        assertSame(
                "mkdir other/in/deep\nset_inode_field read/f1 atime @0x10\nset_inode_field read atime @0x10\n", true);
    }

    @Test
    void whatWasReadDoes() throws Exception {
        assertSame("set_inode_field read/f1 mode 0100600\n", false);
        assertSame("set_inode_field read/f1 mtime @0x10\n", false);
        assertSame("set_inode_field read/f1 size 3\n", false);
        assertSame("set_inode_field read/f9 size 3\n", false);
        assertSame("rm read/f1\n", false);
        assertSame("rm read/f1\nwrite /dev/null read/f1\n", false);
        assertSame("write /dev/null read/new\n", false);
        assertSame("cd read\nln f1 other\n", false);
        assertSame("rm read/link\nsymlink read/link y\n", false);
    }

    @Test
    void contentIsComparedRegardlessOfItsInode() throws Exception {
        assertThat(isSame(List.of(base), List.of(base, withAnotherByte("read/f1"))))
                .isFalse();
        // Listed, but not opened.
        assertThat(isSame(List.of(base), List.of(base, withAnotherByte("read/f9"))))
                .isTrue();
        assertThat(isSame(List.of(base), List.of(base, withAnotherByte("other/f1"))))
                .isTrue();
    }

    private Path withAnotherByte(String file) throws Exception {
        Path changed = Files.copy(raw, dir.resolve("changed" + overlays));
        String blocks = HostTool.run("debugfs", "-R", "blocks /" + file, changed.toString());
        String[] numbers = blocks.lines()
                .reduce((first, last) -> last)
                .orElseThrow()
                .strip()
                .split(" ");
        invert(changed, Long.parseLong(numbers[0]) * BLOCK + 1);
        return overlayOf(changed);
    }

    @ParameterizedTest
    @CsvSource({"4, false", "12, false", "16, true", "32, true"})
    void bytesInPlaceOfATimeAreComparedIfTheInodeHasNone(int extraBytes, boolean same) throws Exception {
        Path before = dir.resolve("before");
        HostTool.run("mke2fs", "-q", "-F", "-t", "ext4", "-O", "^metadata_csum", "-b", "" + BLOCK, before + "", "4m");
        Path file = Files.writeString(dir.resolve("file"), "content");
        Path commands = Files.writeString(
                dir.resolve("commands"),
                "mkdir read\nwrite " + file + " read/f1\nset_inode_field read/f1 extra_isize " + extraBytes + "\n");
        HostTool.run("debugfs", "-w", "-f", commands.toString(), before.toString());
        Path now = Files.copy(before, dir.resolve("now"));
        invert(now, inodeOffset(now, "/read/f1") + ACCESSED_EXTRA);

        ReadTrace trace = new ReadTrace();
        try (FileTree tree = Ext4FileTree.open(RawImage.open(before), trace)) {
            read(tree);
        }
        try (BlockDevice diskBefore = RawImage.open(before);
                BlockDevice diskNow = RawImage.open(now)) {
            List<BlockDevice.Range> all = List.of(new BlockDevice.Range(0, diskNow.sizeBytes()));
            assertThat(TraceComparison.isSame(diskBefore, diskNow, trace, all)).isEqualTo(same);
        }
    }

    private static long inodeOffset(Path image, String file) throws Exception {
        String place = HostTool.run("debugfs", "-R", "imap " + file, image.toString());
        Matcher found = INODE_PLACE.matcher(place);
        assertThat(found.find()).as(place).isTrue();
        return Long.parseLong(found.group(1)) * BLOCK + Long.decode(found.group(2));
    }

    private static void invert(Path image, long at) throws Exception {
        try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
            file.seek(at);
            int old = file.read();
            file.seek(at);
            file.write(old ^ 1);
        }
    }

    @Test
    void twoLayersOnTheSameGroundAreCompared() throws Exception {
        Path one = overlay("write /dev/null other/one\n");
        Path two = overlay("write /dev/null other/two\nmkdir other/three\n");
        Path three = overlay("set_inode_field read/f3 mtime @0x10\n");
        assertThat(isSame(List.of(base, one), List.of(base, two))).isTrue();
        assertThat(isSame(List.of(base, one), List.of(base, three))).isFalse();
        assertThat(isSame(List.of(base, three), List.of(base, one))).isFalse();
        assertThat(isSame(List.of(base, three), List.of(base, three))).isTrue();
    }

    @Test
    void whatIsReportedAsTheSameReadsTheSame() throws Exception {
        Random random = new Random(7);
        int same = 0;
        int different = 0;
        for (int round = 0; round < 40; round++) {
            Path before = overlay(randomCommands(random));
            Path now = overlay(randomCommands(random));
            Reading last = readTraced(List.of(base, before));
            List<String> found = readTraced(List.of(base, now)).found();
            if (DiskTree.readsTheSame(last.trace(), List.of(base, before), List.of(base, now))) {
                assertThat(found).isEqualTo(last.found());
                same++;
            } else {
                different++;
            }
        }
        assertThat(same).isGreaterThan(5);
        assertThat(different).isGreaterThan(5);
    }

    private static String randomCommands(Random random) {
        StringBuilder commands = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            String directory = random.nextInt(12) == 0 ? "read" : "other";
            String file = directory + "/f" + random.nextInt(60);
            String command = switch (random.nextInt(6)) {
                case 0 -> "rm " + file;
                case 1 -> "set_inode_field " + file + " mtime @0x" + random.nextInt(100);
                case 2 -> "set_inode_field " + file + " atime @0x" + random.nextInt(100);
                case 3 -> "write /etc/passwd " + directory + "/new" + random.nextInt(100);
                case 4 -> "mkdir " + directory + "/in/d" + random.nextInt(100);
                default -> "set_inode_field " + file + " mode 0100" + (random.nextInt(700) | 0400);
            };
            commands.append(command).append('\n');
        }
        return commands.toString();
    }
}
