// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.arch.Architecture;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.openpgp.PGPException;
import org.junit.jupiter.params.provider.MethodSource;

/** What a mirror sends. */
class DebianFuzzTest {
    /** What the unpacker of xz may allocate, as packages say: see {@link DebFile}. */
    private static final long XZ_BYTES = 128 << 20;

    private static final String RELEASE = "Origin: Debian\nSuite: stable\nCodename: trixie\n"
            + "Date: Sat, 28 Feb 2026 08:04:05 UTC\nValid-Until: Sat, 07 Mar 2026 08:04:05 UTC\nAcquire-By-Hash: yes\n"
            + "SHA256:\n " + "0123456789abcdef".repeat(4) + " 12 main/binary-amd64/Packages.xz\n";
    private static final TestKey KEY = key();

    private static TestKey key() {
        try {
            return TestKey.make(Instant.parse("2026-01-01T00:00:00Z"), Duration.ofDays(1000));
        } catch (PGPException e) {
            throw new IllegalStateException(e);
        }
    }

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

    static Stream<byte[]> releases() throws Exception {
        Instant made = Instant.parse("2026-02-28T08:04:05Z");
        String message = KEY.clearSign(RELEASE, TestKey.Signing.at(made));
        return Stream.of(
                ascii(message),
                ascii(message.replace("Debian", "Debbie")),
                ascii(RELEASE),
                ascii(RELEASE.replace("UTC", "+9999")),
                ascii(RELEASE.replace(" 12 ", " 999999999999999999999 ")));
    }

    @MethodSource("releases")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void anIndexOfASuite(byte[] bytes) throws Exception {
        Instant now = Instant.parse("2026-03-01T12:00:00Z");
        ArchiveKeys keys = KEY.keys();
        Fuzzing.check(bytes, () -> {
            SignedRelease.verify(bytes, "trixie", keys, Clock.fixed(now, ZoneOffset.UTC), "fuzzed");
            if (!new String(bytes, StandardCharsets.US_ASCII).contains("Origin: Debian")) {
                throw new AssertionError("a changed text with a valid signature");
            }
        });
        String text = new String(bytes, StandardCharsets.UTF_8);
        Fuzzing.check(bytes, () -> SignedRelease.read(bytes, text, "trixie", now, "fuzzed"));
    }

    static Stream<byte[]> indexes() {
        String stanza = "Package: a\nVersion: 1:2.0-1~x\nArchitecture: amd64\nDepends: b (>= 1) | c:any, d [!arm64]\n"
                + "Provides: e (= 1)\nMulti-Arch: foreign\nPriority: required\nFilename: pool/a.deb\nSize: 10\nSHA256: "
                + "0".repeat(64) + "\n\n";
        return Stream.of(
                ascii(stanza + stanza.replace("2.0", "3.0")),
                ascii(stanza.replace("pool/", "pool/" + "a/".repeat(20_000))));
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
