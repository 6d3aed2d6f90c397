// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.disk.MemoryDevice;
import io.crossbuild.disk.TreeListing;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ext4FileTreeTest {
    @ParameterizedTest
    @ValueSource(strings = {"modern", "unchecked", "classic", "old"})
    void everyFileIsThere(String fixture) throws Exception {
        try (Ext4FileTree tree = Fixture.load(fixture).open()) {
            assertThat(TreeListing.of(tree)).isEqualTo(TreeListing.of(Fixture.content()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"modern", "unchecked", "classic", "old"})
    void childrenAreFoundOneByOneToo(String fixture) throws Exception {
        try (Ext4FileTree tree = Fixture.load(fixture).open()) {
            FileNode many = TreePaths.find(tree, "/many").orElseThrow();
            assertThat(tree.children(many))
                    .hasSize(45)
                    .allSatisfy(e -> assertThat(tree.child(many, e.name())).contains(e.node()));
            for (String name : List.of("", ".", "..", "a-name", "zzz", "a-name-that-is-long-enough-45")) {
                assertThat(tree.child(many, name)).as(name).isEmpty();
            }
            assertThatThrownBy(() -> tree.linkTarget(many)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> tree.open(many)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void severalThreadsMayReadAtOnce() throws Exception {
        List<String> expected = TreeListing.of(Fixture.content());
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Ext4FileTree tree = Fixture.load("modern").open()) {
            List<Callable<List<String>>> tasks = Collections.nCopies(12, () -> TreeListing.of(tree));
            for (Future<List<String>> listing : threads.invokeAll(tasks)) {
                assertThat(listing.get()).isEqualTo(expected);
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void noFlippedBitOfMetadataGoesUnnoticed() throws Exception {
        Fixture fixture = Fixture.load("modern");
        byte[] image = fixture.image();
        List<String> expected = TreeListing.withoutContents(Fixture.content());
        Random random = new Random(1);
        int refused = 0;
        for (int i = 0; i < 200; i++) {
            int at = random.nextInt(image.length);
            while (image[at] == 0) {
                at = random.nextInt(image.length);
            }
            byte right = image[at];
            image[at] ^= (byte) (1 << random.nextInt(8));
            try (Ext4FileTree tree = fixture.open()) {
                assertThat(TreeListing.withoutContents(tree)).as("byte %d", at).isEqualTo(expected);
            } catch (MalformedInputException e) {
                refused++;
            } catch (CrossbuildException e) {
                throw new AssertionError("a damaged superblock must not be believed, byte " + at, e);
            }
            image[at] = right;
        }
        assertThat(refused).isBetween(15, 150);
    }

    @ParameterizedTest
    @CsvSource({
        "0x60, 4, needs_recovery",
        "0x60, 0x1, compression",
        "0x61, 0x10, dirdata",
        "0x61, 0x8, 0x800",
        "0x3A, 0x3, damaged",
        "0x38, 0, magic 0xef00",
        "0x18, 7, block size of 2^17",
        "0x6, 1, fit in",
        "0x14, 2, first data block 2",
        "0x28, 0, inodes in a group",
        "0x0, 1, inodes (expected",
        "0x58, 3, power of 2",
    })
    void whatTheSuperblockMustNotSayIsRefused(String offset, String value, String message) throws Exception {
        Fixture fixture = Fixture.load("classic");
        int at = 1024 + Integer.decode(offset);
        int old = fixture.image()[at];
        fixture.put(at, offset.startsWith("0x6") ? old | Integer.decode(value) : Integer.decode(value));
        assertThatThrownBy(fixture::open)
                .isInstanceOf(CrossbuildException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aTruncatedImageIsRefused() throws Exception {
        byte[] image = Fixture.load("modern").image();
        for (int length : new int[] {0, 1, 1024, 2047, 2048, 100_000, image.length - 1}) {
            byte[] part = Arrays.copyOf(image, length);
            assertThatThrownBy(() -> Ext4FileTree.open(new MemoryDevice(part), null))
                    .isInstanceOf(MalformedInputException.class);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The entry's inode number, its length, its name's length, the first bytes of its name.
                "0 | 1    | inode 1 (expected 11 to 128)",
                "0 | 129  | inode 129 (expected",
                "0 | 100  | mode 00 of inode 100",
                "0 | 2    | directory inode 2 found in inode 2",
                "4 | 0    | entry of 0 bytes",
                "4 | 11   | entry of 11 bytes",
                "4 | 4000 | entry of 4000 bytes",
                "6 | 0    | name ''",
                "6 | 9    | entry of",
                "8 | 47   | name '/ifo'",
                "8 | 0    | name '?ifo'",
            })
    void aDirectoryEntryThatCannotBeIsRefused(int offset, int value, String message) throws Exception {
        Fixture fixture = Fixture.load("classic");
        int at = fixture.find("fifo") - 8 + offset;
        ByteBuffer image = ByteBuffer.wrap(fixture.image()).order(ByteOrder.LITTLE_ENDIAN);
        if (offset == 0) {
            image.putInt(at, value);
        } else if (offset == 4) {
            image.putShort(at, (short) value);
        } else {
            image.put(at, (byte) value);
        }
        try (Ext4FileTree tree = fixture.open()) {
            assertThatThrownBy(() -> tree.children(tree.root()))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void dotsInOddPlacesAreRefused() throws Exception {
        Fixture fixture = Fixture.load("classic");
        int at = fixture.find("fifo") - 8;
        fixture.put(at + 6, 2);
        fixture.put(at + 8, '.', '.');
        try (Ext4FileTree tree = fixture.open()) {
            assertThatThrownBy(() -> tree.children(tree.root())).hasMessageContaining("'..' as entry");
        }
    }

    @Test
    void aDirectoryBelowItselfIsRefused() throws Exception {
        Fixture fixture = Fixture.load("classic");
        long sub;
        try (Ext4FileTree tree = fixture.open()) {
            sub = TreePaths.find(tree, "/sub").orElseThrow().id();
        }
        int entryOfInner = fixture.find("inner") - 8;
        fixture.put(entryOfInner, (int) sub);
        try (Ext4FileTree tree = fixture.open()) {
            FileNode node = TreePaths.find(tree, "/sub").orElseThrow();
            assertThatThrownBy(() -> tree.child(node, "inner"))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining("found in inode");
            assertThatThrownBy(() -> tree.children(node)).isInstanceOf(MalformedInputException.class);
        }
    }

    @Test
    void aDirectoryWithTwoNamesIsRefused() throws Exception {
        Fixture fixture = Fixture.load("classic");
        long sub;
        try (Ext4FileTree tree = fixture.open()) {
            sub = TreePaths.find(tree, "/sub").orElseThrow().id();
        }
        fixture.put(fixture.find("fifo") - 8, (int) sub);
        try (Ext4FileTree tree = fixture.open()) {
            assertThatThrownBy(() -> tree.children(tree.root())).hasMessageContaining("has a second name");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "short-link, 0, link of 0 bytes",
        "short-link, 10, zero byte",
        "long-link, 5000, link of 5000 bytes",
        "tiny, -1, ''",
    })
    void aLinkOfImpossibleLengthIsRefused(String name, int size, String message) throws Exception {
        Fixture fixture = Fixture.load("classic");
        FileNode node;
        try (Ext4FileTree tree = fixture.open()) {
            node = TreePaths.resolveNoFollow(tree, "/" + name) instanceof TreePaths.Found found
                    ? found.node()
                    : tree.root();
        }
        int at = fixture.inodeAt(node.id());
        ByteBuffer.wrap(fixture.image())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(at + 4, size)
                .putInt(at + 0x6C, size < 0 ? size : 0);
        try (Ext4FileTree tree = fixture.open()) {
            assertThatThrownBy(
                            () -> tree.linkTarget(tree.child(tree.root(), name).orElseThrow()))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining(message);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0 bytes (expected a multiple of the block size 1024)",
        "1000, 1000 bytes (expected a multiple",
        "67109888, 67109888 bytes (expected at most 67108864)",
        "1048576, is a hole (expected entries)",
    })
    void aDirectoryOfImpossibleLengthIsRefused(int size, String message) throws Exception {
        Fixture fixture = Fixture.load("classic");
        long many;
        try (Ext4FileTree tree = fixture.open()) {
            many = TreePaths.find(tree, "/many").orElseThrow().id();
        }
        ByteBuffer.wrap(fixture.image()).order(ByteOrder.LITTLE_ENDIAN).putInt(fixture.inodeAt(many) + 4, size);
        try (Ext4FileTree tree = fixture.open()) {
            assertThatThrownBy(() -> tree.children(TreePaths.find(tree, "/many").orElseThrow()))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void aSparseFileMayNotBeLargerThanItsMap() throws Exception {
        Fixture fixture = Fixture.load("classic");
        long tiny;
        try (Ext4FileTree tree = fixture.open()) {
            tiny = TreePaths.find(tree, "/tiny").orElseThrow().id();
        }
        ByteBuffer.wrap(fixture.image())
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(fixture.inodeAt(tiny) + 0x6C, 0x7FFFFFFF);
        try (Ext4FileTree tree = fixture.open()) {
            FileNode node = TreePaths.find(tree, "/tiny").orElseThrow();
            assertThatThrownBy(() -> tree.open(node)).hasMessageContaining("expected at most 4398046511104");
        }
    }

    @Test
    void anEncryptedFileIsRefusedByName() throws Exception {
        Fixture fixture = Fixture.load("classic");
        long tiny;
        try (Ext4FileTree tree = fixture.open()) {
            tiny = TreePaths.find(tree, "/tiny").orElseThrow().id();
        }
        fixture.put(fixture.inodeAt(tiny) + 0x21, 0x08);
        try (Ext4FileTree tree = fixture.open()) {
            FileNode node = TreePaths.find(tree, "/tiny").orElseThrow();
            assertThatThrownBy(() -> tree.open(node))
                    .hasMessage("Unsupported ext4 file system on 'memory': inode " + tiny + " is encrypted");
        }
    }

    @Test
    void whatTheDiskStoresIsKnown() throws Exception {
        Fixture fixture = Fixture.load("modern");
        try (FileTree tree = fixture.open()) {
            assertThat(tree.storedBytes()).hasValue(fixture.image().length);
        }
    }
}
