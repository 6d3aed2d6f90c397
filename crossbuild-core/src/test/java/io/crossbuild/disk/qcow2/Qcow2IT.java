// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.disk.HostTool;
import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.disk.block.RawImage;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Compares the reader and the writer with QEMU's own tools; needs qemu-img and qemu-io (Debian: qemu-utils). */
class Qcow2IT {
    private static final long MIB = 1 << 20;

    @TempDir
    Path dir;

    @ParameterizedTest
    @CsvSource({
        "0.10, 65536, off, 37",
        "1.1, 65536, off, 37",
        "1.1, 512, off, 3",
        "0.10, 512, off, 3",
        "1.1, 4096, off, 20",
        "1.1, 2097152, off, 70",
        "1.1, 65536, on, 37",
        "1.1, 16384, on, 9",
        "1.1, 2097152, on, 70"
    })
    void chainsOfAllKindsReadAsQemuReadsThem(String compat, int clusterSize, String extendedL2, int sizeMib)
            throws Exception {
        String options = "compat=" + compat + ",cluster_size=" + clusterSize
                + (extendedL2.equals("on") ? ",extended_l2=on" : "");
        long size = sizeMib * MIB;
        List<Path> chain = new ArrayList<>();
        Random random = new Random(clusterSize + sizeMib);
        for (int layer = 0; layer < 4; layer++) {
            Path file = dir.resolve("layer" + layer + ".qcow2");
            // Each layer has a different size, so that reads go beyond the ends of backing files.
            long layerSize = size + (layer % 2 == 0 ? 0 : MIB + 512);
            if (layer == 0) {
                HostTool.run("qemu-img", "create", "-q", "-f", "qcow2", "-o", options, file.toString(), "" + layerSize);
            } else {
                Path below = chain.get(layer - 1);
                HostTool.run(
                        "qemu-img",
                        "create",
                        "-q",
                        "-f",
                        "qcow2",
                        "-o",
                        options,
                        "-F",
                        "qcow2",
                        "-b",
                        below.toString(),
                        file.toString(),
                        "" + layerSize);
            }
            writeAtRandom(file, layerSize, random, compat.equals("1.1"), clusterSize);
            chain.add(file);
        }
        assertReadsAsQemu(chain);
        assertStoredRangesAreWhatQemuSees(chain, size);
    }

    /** Up to the end of the shortest image: after it QEMU does not report what a shorter one hides. */
    private static void assertStoredRangesAreWhatQemuSees(List<Path> chain, long size) throws Exception {
        String top = chain.get(chain.size() - 1).toString();
        JsonNode map = new ObjectMapper().readTree(HostTool.run("qemu-img", "map", "--output=json", top));
        for (int images = 0; images <= chain.size(); images++) {
            BitSet expected = new BitSet();
            for (JsonNode extent : map) {
                // Depth counts from the top; clusters that no image stores have the depth of the lowest image.
                if (extent.get("depth").asInt() < images
                        && extent.get("present").asBoolean()) {
                    int start = (int) (extent.get("start").asLong() / 512);
                    expected.set(start, start + (int) (extent.get("length").asLong() / 512));
                }
            }
            BitSet found = new BitSet();
            try (Qcow2Image image = Qcow2Image.openChain(chain)) {
                for (BlockDevice.Range range : image.storedRanges(images)) {
                    found.set((int) (range.start() / 512), (int) (range.end() / 512));
                }
            }
            int end = (int) (size / 512);
            assertThat(found.get(0, end)).as("%s images", images).isEqualTo(expected.get(0, end));
        }
    }

    @Test
    void compressedImagesAreRead() throws Exception {
        Path raw = dir.resolve("raw");
        Random random = new Random(5);
        byte[] bytes = new byte[(int) (9 * MIB)];
        for (int at = 0; at < bytes.length; at += 40_000) {
            // A part that does not shrink, one that does, and zeros.
            byte[] part = new byte[random.nextInt(40_000)];
            random.nextBytes(part);
            if (random.nextBoolean()) {
                Arrays.fill(part, part.length / 3, part.length, (byte) 'x');
            }
            System.arraycopy(part, 0, bytes, at, Math.min(part.length, bytes.length - at));
        }
        Files.write(raw, bytes);
        for (String options : List.of(
                "compat=1.1",
                "compat=0.10",
                "cluster_size=4096",
                "cluster_size=512",
                "cluster_size=2M",
                "extended_l2=on")) {
            Path file = dir.resolve("compressed-" + options);
            HostTool.run(
                    "qemu-img",
                    "convert",
                    "-q",
                    "-c",
                    "-f",
                    "raw",
                    "-O",
                    "qcow2",
                    "-o",
                    options,
                    raw.toString(),
                    file.toString());
            assertThat(HostTool.run("qemu-img", "check", file.toString())).doesNotContain(" 0.00% compressed");
            try (Qcow2Image image = Qcow2Image.open(file)) {
                assertThat(digest(image, random)).as(options).isEqualTo(sha256(raw));
            }
        }
    }

    @Test
    void whatIsWrittenPassesTheCheckAndCanBeUsed() throws Exception {
        for (long size : new long[] {0, 512, MIB, 20L << 30, 5L << 40}) {
            Path base = dir.resolve("base" + size);
            Path overlay = dir.resolve("overlay" + size);
            Qcow2Writer.create(base, size);
            Qcow2Writer.createOverlay(overlay, size, base.getFileName().toString(), "qcow2");
            for (Path file : List.of(base, overlay)) {
                assertThat(HostTool.run("qemu-img", "check", "-f", "qcow2", file.toString()))
                        .contains("No errors were found");
                assertThat(HostTool.run("qemu-img", "info", "--output=json", file.toString()))
                        .contains("\"virtual-size\": " + size);
            }
            assertThat(HostTool.run("qemu-img", "info", "--output=json", "--backing-chain", overlay.toString()))
                    .contains("\"backing-filename-format\": \"qcow2\"");
            if (size >= MIB) {
                HostTool.run("qemu-io", "-f", "qcow2", "-c", "write -P 7 0 100k", base.toString());
                HostTool.run(
                        "qemu-io", "-f", "qcow2", "-c", "write -P 9 " + (size - 4096) + " 4096", overlay.toString());
                assertThat(HostTool.run("qemu-img", "check", "-f", "qcow2", overlay.toString()))
                        .contains("No errors were found");
                try (Qcow2Image image = Qcow2Image.openChain(List.of(base, overlay))) {
                    ByteBuffer last = ByteBuffer.allocate(8192);
                    image.read(last, size - 8192);
                    assertThat(last.get(4095)).isZero();
                    assertThat(last.get(4096)).isEqualTo((byte) 9);
                    ByteBuffer first = ByteBuffer.allocate(102_401);
                    image.read(first, 0);
                    assertThat(first.get(0)).isEqualTo((byte) 7);
                    assertThat(first.get(102_399)).isEqualTo((byte) 7);
                    assertThat(first.get(102_400)).isZero();
                }
            }
        }
    }

    private static void writeAtRandom(Path file, long size, Random random, boolean zeroClusters, int clusterSize)
            throws Exception {
        List<String> command = new ArrayList<>(List.of("qemu-io", "-f", "qcow2"));
        if (clusterSize <= 65_536) {
            // Must be first: a compressed cluster cannot overwrite another cluster.
            Set<Long> clusters = new TreeSet<>();
            for (int i = 0; i < 20; i++) {
                clusters.add(random.nextLong(size / clusterSize));
            }
            for (long cluster : clusters) {
                command.add("-c");
                command.add(
                        "write -c -P " + (1 + random.nextInt(255)) + " " + cluster * clusterSize + " " + clusterSize);
            }
        }
        for (int i = 0; i < 50; i++) {
            long length = 512L * (1 + random.nextInt(i % 10 == 0 ? 2000 : 200));
            long offset = random.nextLong(size - length) & -512;
            int kind = random.nextInt(5);
            command.add("-c");
            if (kind == 0 && zeroClusters) {
                command.add("write -z " + (random.nextBoolean() ? "-u " : "") + offset + " " + length);
            } else if (kind == 1) {
                command.add("discard " + offset + " " + length);
            } else {
                command.add("write -P " + (1 + random.nextInt(255)) + " " + offset + " " + length);
            }
        }
        command.add(file.toString());
        HostTool.run(command.toArray(new String[0]));
    }

    private void assertReadsAsQemu(List<Path> chain) throws Exception {
        Path raw = dir.resolve("raw");
        HostTool.run(
                "qemu-img",
                "convert",
                "-q",
                "-O",
                "raw",
                chain.get(chain.size() - 1).toString(),
                raw.toString());
        try (Qcow2Image image = Qcow2Image.openChain(chain);
                RawImage expected = RawImage.open(raw)) {
            assertThat(image.sizeBytes()).isEqualTo(expected.sizeBytes());
            Random random = new Random(3);
            assertThat(digest(image, random)).isEqualTo(sha256(raw));
            for (int i = 0; i < 500; i++) {
                int length = random.nextInt(200_000);
                long position = random.nextLong(image.sizeBytes() - length);
                ByteBuffer a = ByteBuffer.allocate(length);
                ByteBuffer b = ByteBuffer.allocate(length);
                image.read(a, position);
                expected.read(b, position);
                assertThat(a.flip()).isEqualTo(b.flip());
            }
            assertThatZeroRunsAreZero(image, expected);
        }
    }

    private static void assertThatZeroRunsAreZero(Qcow2Image image, RawImage expected) throws Exception {
        long zeros = 0;
        long at = 0;
        while (at < image.sizeBytes()) {
            BlockDevice.Run run = image.runAt(at);
            assertThat(run.end()).isGreaterThan(at).isLessThanOrEqualTo(image.sizeBytes());
            if (run.zero()) {
                zeros += run.end() - at;
                ByteBuffer bytes = ByteBuffer.allocate((int) (run.end() - at));
                expected.read(bytes, at);
                assertThat(bytes.flip()).isEqualTo(ByteBuffer.allocate(bytes.limit()));
            }
            at = run.end();
        }
        assertThat(zeros).isPositive();
    }

    private static String digest(BlockDevice device, Random random) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        long at = 0;
        while (at < device.sizeBytes()) {
            ByteBuffer part =
                    ByteBuffer.allocate((int) Math.min(1 + random.nextInt(3_000_000), device.sizeBytes() - at));
            device.read(part, at);
            at += part.position();
            digest.update(part.flip());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    private static String sha256(Path file) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
