// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigFuzzTest {
    /** It reads at most so much at once. */
    private static final long FIXED_BYTES = 32 << 20;

    static Stream<byte[]> seeds() {
        return Stream.of(
                        "{ \"Files\": [\"a\", \"b\"], \"MapDirs\": {\"x\": \"y\"}, \"Program\": \"/p\", \"Args\": null }",
                        "{\"env\": {\"A\": \"\\u00e4\"}, \"BaseVolumeSz\": \"1g\", \"Nope\": [1, 2.5e3, true]}")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aConfiguration(byte[] bytes) {
        Fuzzing.checkFile(bytes, FIXED_BYTES, ConfigFile::read);
    }
}
