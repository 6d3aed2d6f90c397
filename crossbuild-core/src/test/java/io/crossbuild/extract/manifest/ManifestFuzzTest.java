// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A manifest in a target root that others can write. */
class ManifestFuzzTest {
    private static final long FIXED_BYTES = 16 << 20;

    static Stream<byte[]> seeds() {
        String entry = "{\"path\":\"a\",\"type\":\"file\",\"guest\":\"/a\",\"existing\":true,\"size\":7,"
                + "\"sha256\":\"00\","
                + "\"mode\":\"0644\",\"modified\":\"1970-01-01T00:00:00Z\","
                + "\"reason\":{\"name\":\"a\",\"rule\":\"Files\"},"
                + "\"owner\":{\"package\":\"p\",\"version\":\"1\",\"architecture\":\"all\"}}";
        String text = "{\"version\":1,\"runConfiguration\":\"12\",\"files\":[\n" + entry + "\n]}\n";
        return Stream.of(
                        text,
                        text.replace("\"a\"", "\"../a\""),
                        text.replace("\"a\"", "\"a\\u0000\""),
                        text.replace(":1,", ":null,"),
                        text.replace(":7,", ":7e99,"),
                        text.replace("[\n", "[".repeat(3000)))
                .map(each -> each.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aManifest(byte[] bytes) {
        Fuzzing.checkFile(bytes, FIXED_BYTES, file -> {
            for (ManifestEntry entry : Manifest.read(file).files()) {
                ContentDigest.of(entry);
                if (("/" + entry.path() + "/").contains("/../")) {
                    throw new AssertionError("'" + entry.path() + "' leads out of the target root");
                }
            }
        });
    }
}
