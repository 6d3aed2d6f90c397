// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.arch.Architecture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What a mirror sends. */
class DebianFuzzTest {
    /** What the unpacker of xz may allocate, as packages say: see {@link DebFile}. */
    private static final long XZ_BYTES = 128 << 20;

    static Stream<byte[]> packages() throws IOException {
        return Stream.of(
                DebBuilder.mixed().packedAs("").build(),
                DebBuilder.mixed().packedAs(".gz").build(),
                DebBuilder.mixed().packedAs(".xz").build());
    }

    @MethodSource("packages")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aPackage(byte[] bytes) {
        Fuzzing.checkFile(
                bytes,
                XZ_BYTES,
                file -> DebFile.open(file).forEachFile((entry, content) -> {
                    byte[] buffer = new byte[8192];
                    while (content.read(buffer) > 0) {
                        // Only reads.
                    }
                }));
    }

    static Stream<byte[]> messages() {
        return Stream.of(ascii("""
                -----BEGIN PGP SIGNED MESSAGE-----
                Hash: SHA256

                Origin: Debian
                - - dash
                -----BEGIN PGP SIGNATURE-----

                iQ==
                =abcd
                -----END PGP SIGNATURE-----
                """));
    }

    @MethodSource("messages")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aSignedMessage(byte[] bytes) {
        Fuzzing.check(
                bytes,
                () -> ControlFields.parse(
                        ClearSignedMessage.parse(bytes, "fuzzed").signedText(), "fuzzed"));
    }

    static Stream<byte[]> indexes() {
        String stanza = "Package: a\nVersion: 1:2.0-1~x\nArchitecture: amd64\nDepends: b (>= 1) | c:any, d [!arm64]\n"
                + "Provides: e (= 1)\nMulti-Arch: foreign\nPriority: required\nFilename: pool/a.deb\nSize: 10\nSHA256: "
                + "0".repeat(64) + "\n\n";
        return Stream.of(ascii(stanza + stanza.replace("2.0", "3.0")));
    }

    @MethodSource("indexes")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void anIndex(byte[] bytes) {
        Fuzzing.check(bytes, () -> {
            PackageIndex index = PackageIndex.parse(new ByteArrayInputStream(bytes), "fuzzed", Architecture.AMD64);
            for (String name : List.of("a", "b", "e")) {
                index.versions(name);
            }
        });
    }

    static Stream<byte[]> dependencies() {
        return Stream.of(ascii("a (>= 1:2-3), b | c:any (<< 2~), d [!arm64] <!nocheck>, e"));
    }

    @MethodSource("dependencies")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void aDependency(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        Fuzzing.check(bytes, () -> Dependency.parse(text, "amd64"));
        Fuzzing.check(bytes, () -> DebianVersion.parse(text));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
