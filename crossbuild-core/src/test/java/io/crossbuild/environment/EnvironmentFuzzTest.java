// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The metadata of an environment in a store that was copied from elsewhere. */
class EnvironmentFuzzTest {
    private static final long FIXED_BYTES = 32 << 20;

    static Stream<byte[]> seeds() {
        String text = "{\"id\": \"i\", \"suite\": \"trixie\", \"architecture\": \"amd64\", \"packages\": [\"g++\"],"
                + "\"release\": \"r\", \"releases\": {\"a\": \"b\"}, \"mirror\": \"m\", \"updates\": {\"c\": \"d\"},"
                + "\"packageCount\": 7}";
        return Stream.of(
                        text,
                        text.replace("amd64", "?"),
                        text.replace("[\"g++\"]", "[null]"),
                        text.replace("7", "-9223372036854775808"))
                .map(each -> each.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void metadata(byte[] bytes) {
        Fuzzing.checkDirectory(bytes, FIXED_BYTES, directory -> {
            Files.write(directory.resolve(Environment.METADATA_FILE), bytes);
            EnvironmentMetadata.read(directory);
        });
    }
}
