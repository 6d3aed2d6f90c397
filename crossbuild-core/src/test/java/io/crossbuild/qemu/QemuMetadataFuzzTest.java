// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.store.Store;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What a store that was copied from elsewhere says about its emulator. */
class QemuMetadataFuzzTest {
    private static final long FIXED_BYTES = 16 << 20;

    static Stream<byte[]> seeds() {
        String text = "{\"version\": \"10.0.2\", \"major\": 10, \"sandbox\": true, \"build\": \"b\", \"key\": \"k\","
                + " \"written\": 1780000000}";
        return Stream.of(
                        text,
                        text.replace("\"k\"", "\"../k\""),
                        text.replace("1780000000", "-9223372036854775808"),
                        text.replace("10,", "1e9999999,"),
                        "[".repeat(3000))
                .map(each -> each.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void metadata(byte[] bytes) {
        Fuzzing.checkDirectory(bytes, FIXED_BYTES, directory -> {
            Store store = Store.open(directory);
            store.keepVerdict("qemu", bytes);
            QemuMetadata.read(store, "qemu")
                    .filter(metadata -> !metadata.key().isEmpty())
                    .ifPresent(metadata -> store.path(Store.Kind.QEMU, metadata.key()));
        });
    }
}
