// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.closure.HintCount;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.io.ChecksummedFile;
import io.crossbuild.io.FileStamp;
import io.crossbuild.io.RecursiveDelete;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The record of the last extraction, in a target root that others can write. */
class ExtractionRecordFuzzTest {
    private static final long FIXED_BYTES = 16 << 20;

    static Stream<byte[]> seeds() throws Exception {
        return Stream.of(record("a"), record("a\0b"), record("../../x"), record("\u00e4/\uD800"));
    }

    private static byte[] record(String path) throws Exception {
        ExtractionRecord record = new ExtractionRecord(
                new ExtractionInputs(List.of("disk"), Map.of("FILES", "digest")),
                1,
                2,
                List.of(new HintCount(HintGroup.DNS, 3)),
                Map.of(path, new FileStamp(0x81A4, 1, 2, 3, 4)));
        Path directory = Files.createTempDirectory("fuzz");
        record.replace(directory.resolve("record"));
        byte[] whole = Files.readAllBytes(directory.resolve("record"));
        RecursiveDelete.delete(directory);
        return Arrays.copyOf(whole, whole.length - Long.BYTES);
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aRecord(byte[] bytes) {
        Fuzzing.checkDirectory(bytes, FIXED_BYTES, directory -> {
            Path file = directory.resolve("record");
            ChecksummedFile.write(file, out -> out.write(bytes));
            ExtractionRecord read = ExtractionRecord.read(file).orElseThrow();
            read.changed(directory);
        });
    }
}
