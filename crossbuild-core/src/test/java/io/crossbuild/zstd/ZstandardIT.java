// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.zstd;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.Needs;
import io.crossbuild.disk.HostTool;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What zstd(1) compresses, at levels that choose differently among the format's ways. */
class ZstandardIT {
    @TempDir
    Path directory;

    @BeforeEach
    void zstdIsThere() {
        Needs.that(Files.isExecutable(Path.of("/usr/bin/zstd")), "zstd is not installed");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 6, 12, 19, 22})
    void whatZstdCompressesComesBack(int level) throws Exception {
        Random random = new Random(level);
        check(new byte[0], level);
        check(new byte[] {1}, level);
        check(new byte[300_000], level);
        check(random(random, 200_000, 256), level);
        check(random(random, 400_000, 3), level);
        check(random(random, 5_000, 40), level);
        check(words(random, 2_000_000), level);
        check(Files.readAllBytes(Path.of("/usr/bin/zstd")), level);
    }

    private void check(byte[] content, int level) throws Exception {
        Path file = Files.write(directory.resolve("content"), content);
        Path packed = directory.resolve("packed");
        HostTool.run("zstd", "-q", "-f", "--ultra", "-" + level, file.toString(), "-o", packed.toString());
        byte[] frame = Files.readAllBytes(packed);
        assertThat(Zstandard.decompress(frame, 0, frame.length, "packed", content.length))
                .isEqualTo(content);
    }

    private static byte[] random(Random random, int size, int values) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) random.nextInt(values);
        }
        return bytes;
    }

    /** Text in which some words are far more frequent than others, and some come again after a long while. */
    private static byte[] words(Random random, int size) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        while (out.size() < size) {
            int word = (int) Math.abs(random.nextGaussian() * 500);
            out.writeBytes(("word" + Integer.toString(word * 7919, 36) + " ").getBytes(StandardCharsets.US_ASCII));
        }
        return out.toByteArray();
    }
}
