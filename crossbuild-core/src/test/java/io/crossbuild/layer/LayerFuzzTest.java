// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.io.ChecksummedFile;
import io.crossbuild.io.RecursiveDelete;
import io.crossbuild.store.Store;
import io.crossbuild.tree.FileType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** The metadata of layers and caches in a store that was copied from elsewhere. */
class LayerFuzzTest {
    private static final long FIXED_BYTES = 32 << 20;

    static Stream<byte[]> layers() throws Exception {
        LayerMetadata good = new LayerMetadata(
                "key",
                "id",
                new Layer.Parent(false, "below", "1"),
                "release",
                new StepState("/home", "declare -x A=1"),
                1,
                2,
                "make",
                Map.of("a", "b"),
                true);
        Path directory = Files.createTempDirectory("fuzz");
        good.write(directory);
        String text = Files.readString(LayerMetadata.file(directory));
        RecursiveDelete.delete(directory);
        return Stream.of(
                        text,
                        text.replace("below", "../below"),
                        text.replace("\"1\"", "\"\""),
                        text.replace("below", "b".repeat(500)),
                        text.replace(" 2,", " 99999999999999999999,"),
                        "[".repeat(3000),
                        "{\"parent\": {\"a\": [[{\"scope\": 1.5}]]}}",
                        "{\"scope\": \"id\", \"name\": \"x\", \"directory\": \"/c\"}")
                .map(each -> each.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("layers")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aLayer(byte[] bytes) {
        Fuzzing.checkDirectory(bytes, FIXED_BYTES, directory -> {
            Files.write(directory.resolve("cache.json"), bytes);
            StoredCache.read(directory);
            StoredCache.text(directory);
            Files.write(LayerMetadata.file(directory), bytes);
            LayerMetadata read = LayerMetadata.read(directory);
            Layer layer = read.layer(directory);
            // What is looked up in the store.
            if (!Store.isKey(layer.key() + "-" + layer.id())
                    || !Store.isKey(layer.parent().key() + "-" + layer.parent().id())) {
                throw new AssertionError("names that are no keys of the store");
            }
        });
    }

    static Stream<byte[]> traces() throws Exception {
        Path directory = Files.createTempDirectory("fuzz");
        new StepTrace(new TreeMap<>(Map.of("/", FileType.DIRECTORY, "/usr/bin/node", FileType.REGULAR)))
                .write(directory, "id");
        byte[] whole = Files.readAllBytes(StepTrace.file(directory));
        RecursiveDelete.delete(directory);
        return Stream.of(Arrays.copyOf(whole, whole.length - Long.BYTES));
    }

    @MethodSource("traces")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aTrace(byte[] bytes) {
        Fuzzing.checkDirectory(bytes, FIXED_BYTES, directory -> {
            ChecksummedFile.write(StepTrace.file(directory), out -> out.write(bytes));
            StepTrace.read(directory, "id");
        });
    }
}
