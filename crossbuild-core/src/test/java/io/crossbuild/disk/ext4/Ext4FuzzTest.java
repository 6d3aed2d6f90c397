// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.disk.MemoryDevice;
import io.crossbuild.io.ChecksummedFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A whole image would be too long to vary: the input says what to change in one. */
class Ext4FuzzTest {
    private static final List<byte[]> IMAGES = Stream.of("modern", "unchecked", "classic", "old")
            .map(Ext4FuzzTest::image)
            .toList();
    /** A position of four bytes, and a value of four. */
    private static final int CHANGE = 8;
    /** Two sets with a bit for each block of the largest disk, which grow by copying. */
    private static final long TRACE_BYTES = 128 << 20;

    private static byte[] image(String fixture) {
        try {
            return Fixture.load(fixture).image();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<byte[]> seeds() {
        // The number of inodes, the size of a block, the table of inodes, the root directory.
        return Stream.of(
                new byte[] {0, 0, 0, 4, 0, -1, -1, -1, -1},
                new byte[] {1, 0, 0, 4, 24, 0, 0, 0, 2},
                new byte[] {2, 0, 0, 8, 8, 0, 0, 0, 9},
                new byte[] {3, 0, 0, 20, 0, 1, 2, 3, 4, 0, 0, 4, 96, 0, 0, 0, 0});
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aFileSystem(byte[] bytes) {
        ByteBuffer changes = ByteBuffer.wrap(bytes);
        byte[] image =
                IMAGES.get(changes.hasRemaining() ? changes.get() & 3 : 0).clone();
        ByteBuffer content = ByteBuffer.wrap(image);
        while (changes.remaining() >= CHANGE) {
            content.putInt(Math.floorMod(changes.getInt(), image.length - Integer.BYTES), changes.getInt());
        }
        Fuzzing.check(image, () -> {
            try (Ext4FileTree tree = Ext4FileTree.open(new MemoryDevice(image), null)) {
                Ext4Mutants.walk(tree);
            }
        });
    }

    static Stream<byte[]> traces() throws IOException {
        ReadTrace good = new ReadTrace();
        good.addInode(2);
        good.addBlocks(7, 100);
        Path file = Files.createTempFile("fuzz", "");
        good.write(file);
        byte[] whole = Files.readAllBytes(file);
        Files.delete(file);
        ByteBuffer again = ByteBuffer.allocate(8 + 3000 * 8).put(whole, 0, 8);
        while (again.hasRemaining()) {
            again.putInt(0).putInt(1 << 27);
        }
        return Stream.of(Arrays.copyOf(whole, whole.length - Long.BYTES), again.array());
    }

    @MethodSource("traces")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aTraceOfReads(byte[] bytes) {
        Fuzzing.checkDirectory(bytes, TRACE_BYTES, directory -> {
            Path file = directory.resolve("trace");
            ChecksummedFile.write(file, out -> out.write(bytes));
            ReadTrace.read(file);
        });
    }
}
