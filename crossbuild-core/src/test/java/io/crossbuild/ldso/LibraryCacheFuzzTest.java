// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import java.nio.ByteOrder;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class LibraryCacheFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(LibraryCacheTest.seeds());
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aCacheOfTheLoader(byte[] bytes) {
        Fuzzing.check(bytes, () -> {
            LibraryCache cache = LibraryCache.read(bytes, "fuzzed", ByteOrder.LITTLE_ENDIAN);
            LibraryCacheTest.search(cache, "liba.so.1");
            cache.all();
        });
    }
}
