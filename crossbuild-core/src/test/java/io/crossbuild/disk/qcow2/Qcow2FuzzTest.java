// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

class Qcow2FuzzTest {
    private static final int READ_BYTES = 1 << 20;
    /** A cluster has at most 2 MiB, a table of clusters as many. */
    private static final long FIXED_BYTES = 64 << 20;

    static Stream<byte[]> seeds() {
        return Stream.of(Qcow2ImageTest.fullImage());
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void anImage(byte[] bytes) {
        Fuzzing.checkFile(bytes, FIXED_BYTES, file -> {
            try (Qcow2Image disk = Qcow2Image.open(file)) {
                ByteBuffer target = ByteBuffer.allocate((int) Math.min(disk.sizeBytes(), READ_BYTES));
                disk.read(target, 0);
                disk.read(target.flip(), disk.sizeBytes() - target.limit());
                disk.runAt(0);
            }
        });
    }
}
