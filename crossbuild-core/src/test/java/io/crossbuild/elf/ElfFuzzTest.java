// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class ElfFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                ElfMutationTest.seed(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN),
                ElfMutationTest.seed(ElfClass.ELF64, ByteOrder.BIG_ENDIAN),
                ElfMutationTest.seed(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN),
                ElfMutationTest.seed(ElfClass.ELF32, ByteOrder.BIG_ENDIAN));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void anElfFile(byte[] bytes) {
        Fuzzing.check(bytes, () -> ElfFile.read(new ByteContent(bytes), "fuzzed"));
    }
}
