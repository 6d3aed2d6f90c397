// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.disk.Mutations;
import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Qcow2ImageTest {
    private static final int CLUSTER = 512;
    private static final int L1 = 3 * CLUSTER;
    private static final int L2 = 4 * CLUSTER;

    @TempDir
    Path dir;

    @Test
    void everyKindOfClusterIsRead() throws Exception {
        ByteBuffer image = image(3, 5 * CLUSTER);
        byte[] packed = deflate(filled('c'));
        int packedAt = 6 * CLUSTER + 100;
        image.put(5 * CLUSTER, filled('d')).put(packedAt, packed);
        image.putLong(L2, (1L << 63) | (5 * CLUSTER));
        image.putLong(L2 + 8, 1);
        image.putLong(L2 + 16, (1L << 62) | packedAt);
        image.putLong(L2 + 24, (1L << 63) | (5 * CLUSTER) | 1);
        try (Qcow2Image disk = Qcow2Image.open(file(image))) {
            assertThat(read(disk))
                    .isEqualTo("d".repeat(CLUSTER)
                            + "\0".repeat(CLUSTER)
                            + "c".repeat(CLUSTER)
                            + "\0".repeat(2 * CLUSTER));
            assertThat(disk.runAt(0)).isEqualTo(new BlockDevice.Run(false, CLUSTER));
            assertThat(disk.runAt(CLUSTER + 5)).isEqualTo(new BlockDevice.Run(true, 2 * CLUSTER));
            assertThat(disk.runAt(3 * CLUSTER)).isEqualTo(new BlockDevice.Run(true, 4 * CLUSTER));
            assertThat(disk.runAt(4 * CLUSTER)).isEqualTo(new BlockDevice.Run(true, 5 * CLUSTER));
        }
    }

    @Test
    void clustersMissingInALayerComeFromTheLayerBelowAndAfterItsEndAreZero() throws Exception {
        Path raw = Files.write(dir.resolve("raw"), filled('r'));
        ByteBuffer image = image(3, 3 * CLUSTER);
        image.putLong(8, 112).putInt(16, 4).put(112, new byte[] {'n', 'a', 'm', 'e'});
        image.put(5 * CLUSTER, filled('d'));
        image.putLong(L2 + 16, (1L << 63) | (5 * CLUSTER));
        try (Qcow2Image disk = Qcow2Image.open(file(image), RawImage.open(raw))) {
            assertThat(disk.header().backingFile()).contains("name");
            assertThat(read(disk)).isEqualTo("r".repeat(CLUSTER) + "\0".repeat(CLUSTER) + "d".repeat(CLUSTER));
            assertThat(disk.runAt(0)).isEqualTo(new BlockDevice.Run(false, CLUSTER));
            assertThat(disk.runAt(CLUSTER)).isEqualTo(new BlockDevice.Run(true, 2 * CLUSTER));
        }
    }

    @Test
    void aLastClusterThatTheFileDoesNotHoldAsAWholeEndsInZeros() throws Exception {
        ByteBuffer image = image(2, CLUSTER);
        image.putLong(L2, (1L << 63) | (5 * CLUSTER)).put(5 * CLUSTER, filled('d'));
        try (Qcow2Image disk = Qcow2Image.open(file(image.limit(5 * CLUSTER + 10)))) {
            assertThat(read(disk)).isEqualTo("d".repeat(10) + "\0".repeat(CLUSTER - 10));
        }
    }

    @Test
    void chainsAreGivenByTheCallerAndMustAgreeWithTheHeaders() throws Exception {
        Path base = dir.resolve("base");
        Path layer = dir.resolve("layer");
        Qcow2Writer.create(base, 1 << 20);
        Qcow2Writer.createOverlay(layer, 1 << 20, "elsewhere/passwd", "qcow2");
        try (Qcow2Image chain = Qcow2Image.openChain(List.of(base, layer))) {
            assertThat(chain.sizeBytes()).isEqualTo(1 << 20);
            assertThat(chain.header().backingFile()).contains("elsewhere/passwd");
            assertThat(chain.header().backingFormat()).contains("qcow2");
            assertThat(chain.header().version()).isEqualTo(3);
            assertThat(chain.runAt(0)).isEqualTo(new BlockDevice.Run(true, 1 << 20));
        }
        assertThatThrownBy(() -> Qcow2Image.open(layer))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage("Malformed '" + layer + "' at byte 8: backing file 'elsewhere/passwd' (expected none)");
        assertThatThrownBy(() -> Qcow2Image.openChain(List.of(base, base)))
                .hasMessageContaining("no backing file (expected an image over '" + base + "')");
        assertThat(Files.size(layer)).isEqualTo(4 * 65_536);
        assertThatThrownBy(() -> Qcow2Writer.create(base, 512)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @ParameterizedTest
    @CsvSource({
        // The bytes of the header, their value, the message.
        "0,  4, 0,          magic 0x00000000",
        "4,  4, 1,          version 1",
        "4,  4, 4,          version 4",
        "8,  8, 2000,       backing file name",
        "20, 4, 8,          2^8",
        "20, 4, 22,         2^22",
        "24, 8, -1,         virtual size 18446744073709551615",
        "24, 8, 4294967296, L1 table of 1 entries (expected at least 131072)",
        "32, 4, 1,          encryption method 1",
        "36, 4, 0,          L1 table of 0 entries",
        "36, 4, -1,         L1 table of 4294967295 entries",
        "40, 8, 1000,       L1 table at byte 1000",
        "40, 8, 512000,     L1 table at byte 512000",
        "72, 8, 2,          marked as corrupt",
        "72, 8, 4,          external data file",
        "72, 8, 8,          compression type 0 does not agree",
        "72, 8, 16,         2^9",
        "72, 8, 32,         feature bits 0x20",
        "100, 4, 100,       header length 100",
        "100, 4, 4096,      header length 4096",
    })
    void aHeaderThatCannotBeIsRefused(int offset, int length, long value, String message) throws Exception {
        ByteBuffer image = image(3, CLUSTER);
        if (length == 4) {
            image.putInt(offset, (int) value);
        } else {
            image.putLong(offset, value);
        }
        Path file = file(image);
        assertThatThrownBy(() -> Qcow2Image.open(file))
                .isInstanceOf(CrossbuildException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource({
        "3, 1536, 1048576,             L2 table beyond the end",
        "3, 2048, 1048576,             data cluster beyond the end",
        "2, 2048, 1,                   zero cluster",
        "3, 2048, 4611686018428436480, compressed cluster beyond the end",
        "3, 2048, 4611686018427387904, not a deflate stream",
    })
    void aTableThatCannotBeIsRefused(int version, int offset, long value, String message) throws Exception {
        ByteBuffer image = image(version, CLUSTER);
        image.putLong(offset, value);
        try (Qcow2Image disk = Qcow2Image.open(file(image))) {
            assertThatThrownBy(() -> read(disk))
                    .isInstanceOf(MalformedInputException.class)
                    .hasMessageContaining(message);
        }
    }

    @Test
    void tablesAndClustersMustBeAligned() throws Exception {
        for (int table : new int[] {1024, 2048}) {
            // Clusters of 1024 bytes; the L1 table at 1024, the L2 table at 2048, one entry an odd multiple of 512.
            ByteBuffer image = image(3, CLUSTER);
            image.putInt(20, 10).putLong(40, 1024).putLong(1024, 2048).putLong(table, 5 * 512);
            try (Qcow2Image disk = Qcow2Image.open(file(image))) {
                assertThatThrownBy(() -> read(disk))
                        .isInstanceOf(MalformedInputException.class)
                        .hasMessageContaining("not aligned (expected a multiple of 1024)");
            }
        }
    }

    @Test
    void nothingIsReadAfterTheEnd() throws Exception {
        try (Qcow2Image disk = Qcow2Image.open(file(image(3, 2 * CLUSTER)))) {
            for (long position : new long[] {-1, 1, 2 * CLUSTER, Long.MAX_VALUE}) {
                assertThatThrownBy(() -> disk.read(ByteBuffer.allocate(2 * CLUSTER), position))
                        .isInstanceOf(EOFException.class);
            }
        }
    }

    @Test
    void damageEndsInTypedErrorsOnly() throws Exception {
        byte[] bytes = fullImage();
        Path file = file(ByteBuffer.wrap(bytes));
        int refused = Mutations.run(bytes, 0, L2 + 20 * 8, 400, Duration.ofSeconds(10), new Random(3), () -> {
            Files.write(file, bytes, StandardOpenOption.WRITE);
            try (Qcow2Image disk = Qcow2Image.open(file)) {
                ByteBuffer target = ByteBuffer.allocate((int) Math.min(disk.sizeBytes(), 1 << 20));
                disk.read(target, 0);
                disk.read(target.flip(), disk.sizeBytes() - target.limit());
                disk.runAt(0);
            }
        });
        assertThat(refused).isBetween(40, 400);
    }

    /** With clusters of each kind. */
    static byte[] fullImage() {
        ByteBuffer image = image(3, 20 * CLUSTER);
        byte[] packed = deflate(filled('c'));
        image.put(5 * CLUSTER, filled('d')).put(7 * CLUSTER + 9, packed);
        for (int i = 0; i < 20; i++) {
            image.putLong(
                    L2 + i * 8,
                    i % 3 == 0 ? (1L << 63) | (5 * CLUSTER) : i % 3 == 1 ? (1L << 62) | (7 * CLUSTER + 9) : 1);
        }
        byte[] bytes = new byte[image.capacity()];
        image.get(0, bytes);
        return bytes;
    }

    /** An image with clusters of 512 bytes, an L1 table with one entry and an empty L2 table. */
    private static ByteBuffer image(int version, long size) {
        ByteBuffer image = ByteBuffer.allocate(10 * CLUSTER);
        image.putInt(0, Qcow2Header.MAGIC).putInt(4, version).putInt(20, 9).putLong(24, size);
        image.putInt(36, 1).putLong(40, L1);
        if (version == 3) {
            image.putInt(96, 4).putInt(100, 104);
        }
        return image.putLong(L1, (1L << 63) | L2);
    }

    private Path file(ByteBuffer image) throws IOException {
        byte[] bytes = new byte[image.limit()];
        image.get(0, bytes);
        return Files.write(dir.resolve("image"), bytes);
    }

    private static byte[] filled(char c) {
        byte[] bytes = new byte[CLUSTER];
        Arrays.fill(bytes, (byte) c);
        return bytes;
    }

    private static byte[] deflate(byte[] bytes) {
        Deflater deflater = new Deflater(9, true);
        deflater.setInput(bytes);
        deflater.finish();
        byte[] packed = new byte[100];
        int length = deflater.deflate(packed);
        deflater.end();
        return Arrays.copyOf(packed, length);
    }

    private static String read(BlockDevice disk) throws IOException, CrossbuildException {
        ByteBuffer bytes = ByteBuffer.allocate((int) disk.sizeBytes());
        disk.read(bytes, 0);
        return StandardCharsets.ISO_8859_1.decode(bytes.flip()).toString();
    }
}
