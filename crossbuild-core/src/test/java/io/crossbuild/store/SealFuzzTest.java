// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.io.ChecksummedFile;
import io.crossbuild.io.FileStamp;
import io.crossbuild.io.RecursiveDelete;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** A seal of a store that was copied from elsewhere: its checksum is right, and nothing else need be. */
class SealFuzzTest {
    /** It looks at the files that the seal names, through a buffer. */
    private static final long FIXED_BYTES = 16 << 20;

    static Stream<byte[]> seeds() throws Exception {
        Path directory = Files.createTempDirectory("fuzz");
        Files.writeString(directory.resolve("disk"), "content");
        Files.writeString(directory.resolve("layer.json"), "{}");
        byte[] digests = seal(directory, true);
        byte[] stamps = seal(directory, false);
        RecursiveDelete.delete(directory);
        return Stream.of(
                digests,
                stamps,
                handmade("a\0b"),
                handmade("../../etc/passwd"),
                handmade("/etc/passwd"),
                handmade("a//b"),
                handmade(""),
                handmade("a\\b"),
                handmade("a\uD800"));
    }

    private static byte[] seal(Path directory, boolean digested) throws Exception {
        Seal.of(directory, digested).addTo(directory);
        byte[] whole = Files.readAllBytes(directory.resolve(Seal.FILE));
        Files.delete(directory.resolve(Seal.FILE));
        return Arrays.copyOf(whole, whole.length - Long.BYTES);
    }

    private static byte[] handmade(String path) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeLong(0x63_72_6F_73_73_73_65_01L);
        out.writeBoolean(true);
        out.writeInt(1);
        out.writeUTF(path);
        new FileStamp(0x81A4, 1, 2, 3, 4).writeTo(out);
        out.writeInt(0);
        return bytes.toByteArray();
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aSeal(byte[] bytes) {
        Fuzzing.checkDirectory(bytes, FIXED_BYTES, directory -> {
            Files.writeString(directory.resolve("disk"), "content");
            ChecksummedFile.write(directory.resolve(Seal.FILE), out -> out.write(bytes));
            Seal seal = Seal.read(directory);
            for (Seal.Entry entry : seal.entries()) {
                if (!directory.resolve(entry.path()).normalize().startsWith(directory)) {
                    throw new AssertionError("'" + entry.path() + "' leads out of the directory");
                }
            }
            seal.withoutStamps().damage(directory, true);
        });
    }
}
