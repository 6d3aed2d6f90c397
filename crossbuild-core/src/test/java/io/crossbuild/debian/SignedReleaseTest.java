// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.debian.TestKey.Signing;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.error.UntrustedException;
import io.crossbuild.spec.EnvironmentSpec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SignedReleaseTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    private static final Instant DATE = Instant.parse("2026-02-28T08:04:05Z");
    private static final String DIGEST = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    private static final String TEXT = "Origin: Debian\nSuite: stable\nCodename: trixie\n"
            + "Date: Sat, 28 Feb 2026 08:04:05 UTC\nAcquire-By-Hash: yes\n"
            + "MD5Sum:\n 0123456789abcdef0123456789abcdef 12 main/binary-amd64/Packages.xz\n"
            + "SHA256:\n " + DIGEST + "       12 main/binary-amd64/Packages.xz\n";

    private TestKey key;

    @BeforeEach
    void makeKey() throws Exception {
        key = TestKey.make(DATE.minus(Duration.ofDays(100)), Duration.ofDays(1000));
    }

    private SignedRelease verify(String message) throws CrossbuildException, java.io.IOException {
        return verify(message, key.keys());
    }

    private static SignedRelease verify(String message, ArchiveKeys keys) throws CrossbuildException {
        return SignedRelease.verify(
                message.getBytes(StandardCharsets.UTF_8),
                "trixie",
                keys,
                Clock.fixed(NOW, ZoneOffset.UTC),
                "InRelease");
    }

    private void refused(String message, Class<? extends CrossbuildException> type, String... says) {
        assertThatThrownBy(() -> verify(message))
                .isInstanceOf(type)
                .hasMessageContainingAll(says)
                .hasMessageContaining("'InRelease'");
    }

    @Test
    void aSignedIndexGivesItsFiles() throws Exception {
        SignedRelease release = verify(key.clearSign(TEXT, Signing.at(DATE)));
        assertThat(release.suite()).isEqualTo("trixie");
        assertThat(release.date()).isEqualTo(DATE);
        assertThat(release.hasFilesByHash()).isTrue();
        assertThat(release.file("main/binary-amd64/Packages.xz"))
                .hasValueSatisfying(entry ->
                        assertThat(entry.digest().hex() + entry.sizeBytes()).isEqualTo(DIGEST + "12"));
        assertThat(release.file("main/binary-arm64/Packages.xz")).isEmpty();
    }

    @Test
    void linesMayEndInCarriageReturnsAndBlanks() throws Exception {
        String message = key.clearSign(TEXT, Signing.at(DATE)).replace("\n", " \t\r\n");
        assertThat(verify(message).date()).isEqualTo(DATE);
    }

    @Test
    void dashesAreEscapedInTheTextThatIsSigned() throws Exception {
        String text = TEXT.replace("Suite: stable", "Description: x\n - a dash\n -----BEGIN PGP SIGNATURE-----");
        assertThat(verify(key.clearSign(text, Signing.at(DATE))).date()).isEqualTo(DATE);
        assertThat(verify(key.clearSign("-Dash: x\n" + TEXT, Signing.at(DATE))).date())
                .isEqualTo(DATE);
        refused(
                key.clearSign("-Dash: x\n" + TEXT, Signing.at(DATE)).replace("- -Dash", "-Dash"),
                MalformedInputException.class,
                "before '-'");
    }

    @Test
    void oneValidSignatureAmongSeveralIsEnough() throws Exception {
        TestKey other = TestKey.make(DATE.minus(Duration.ofDays(10)), Duration.ZERO);
        String message = TestKey.message(TEXT, other.sign(TEXT, Signing.at(DATE)), key.sign(TEXT, Signing.at(DATE)));
        assertThat(verify(message).suite()).isEqualTo("trixie");
        assertThat(verify(message, other.keys()).suite()).isEqualTo("trixie");
        TestKey third = TestKey.make(DATE.minus(Duration.ofDays(10)), Duration.ZERO);
        assertThatThrownBy(() -> verify(message, third.keys()))
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining("not a key of this suite");
    }

    @Test
    void aChangedCharacterIsNoticedAnywhereInTheText() throws Exception {
        String message = key.clearSign(TEXT, Signing.at(DATE));
        refused(message.replace(DIGEST, DIGEST.replace('0', '1')), UntrustedException.class, "does not match the text");
        refused(
                message.replace("Origin: Debian", "Origin: debian"),
                UntrustedException.class,
                "does not match the text");
        refused(message.replace("\nSuite", "\n\nSuite"), UntrustedException.class, "does not match the text");
    }

    @Test
    void textOutsideTheSignedPartIsRefused() throws Exception {
        String message = key.clearSign(TEXT, Signing.at(DATE));
        refused("Codename: trixie\n" + message, MalformedInputException.class, "first line");
        refused("\n" + message, MalformedInputException.class, "first line");
        refused(message + "SHA256:\n", MalformedInputException.class, "after the signature");
        refused(message + message, MalformedInputException.class, "after the signature");
        refused(
                message.replace("Hash: SHA512\n", "Hash: SHA512\nCodename: sid\n"),
                MalformedInputException.class,
                "expected only 'Hash: ...'");
        refused(
                message.replace("Hash: SHA512\n\n", "Hash: SHA512\n\u000b\nCodename: sid\n\n"),
                MalformedInputException.class,
                "header");
        refused(message.replace("Origin: Debian", "Origin: Debian\rX: y"), MalformedInputException.class, "control");
    }

    @Test
    void aMessageCutShortIsRefused() throws Exception {
        String message = key.clearSign(TEXT, Signing.at(DATE));
        refused(
                message.substring(0, message.indexOf("-----BEGIN PGP SIGNATURE")),
                MalformedInputException.class,
                "no '");
        refused(message.replace("-----END PGP SIGNATURE-----", ""), MalformedInputException.class, "no '");
        refused("", MalformedInputException.class, "first line");
        refused("<html>Log in to the network</html>", MalformedInputException.class, "first line");
        String noSignature = message.replaceFirst("(?s)(BEGIN PGP SIGNATURE-----\n\n).*?(-----END)", "$1=twTO\n$2");
        refused(noSignature, MalformedInputException.class, "signature");
    }

    @Test
    void weakDigestsAreRefused() throws Exception {
        for (int hash : new int[] {HashAlgorithmTags.SHA1, HashAlgorithmTags.MD5, HashAlgorithmTags.RIPEMD160}) {
            refused(key.clearSign(TEXT, Signing.at(DATE).withHash(hash)), UntrustedException.class, "weak digest");
        }
    }

    @Test
    void aSignatureOfAnotherKindIsRefused() throws Exception {
        refused(
                key.clearSign(TEXT, Signing.at(DATE).withType(PGPSignature.BINARY_DOCUMENT)),
                UntrustedException.class,
                "not a signature over a text");
    }

    @Test
    void aKeyMustBeGoodWhenItSigns() throws Exception {
        refused(
                key.clearSign(TEXT, Signing.at(DATE.minus(Duration.ofDays(101)))),
                UntrustedException.class,
                "before the key was made");
        refused(
                key.clearSign(TEXT, Signing.at(NOW.plus(Duration.ofDays(3)))),
                UntrustedException.class,
                "in the future");
        refused(
                key.clearSign(TEXT, Signing.at(DATE).withLifetime(Duration.ofHours(1))),
                UntrustedException.class,
                "the signature has expired");
        key = TestKey.make(DATE.minus(Duration.ofDays(100)), Duration.ofDays(99));
        refused(key.clearSign(TEXT, Signing.at(DATE)), UntrustedException.class, "the key had expired");
        // A release that was signed in time stays valid.
        String old = key.clearSign(TEXT, Signing.at(DATE.minus(Duration.ofDays(2))));
        assertThat(verify(old).suite()).isEqualTo("trixie");
        key = TestKey.make(DATE.minus(Duration.ofDays(100)), Duration.ZERO).revoked();
        refused(key.clearSign(TEXT, Signing.at(DATE)), UntrustedException.class, "revoked");
    }

    @Test
    void theIndexOfAnotherSuiteIsRefused() throws Exception {
        refused(
                key.clearSign(TEXT.replace("trixie", "bookworm"), Signing.at(DATE)),
                UntrustedException.class,
                "the index of 'bookworm' (expected 'trixie')");
        refused(
                key.clearSign(TEXT.replace("Codename: trixie\n", ""), Signing.at(DATE)),
                MalformedInputException.class,
                "Codename");
    }

    @Test
    void anExpiredIndexSaysUntilWhenItWasValid() throws Exception {
        String text = TEXT.replace("Acquire", "Valid-Until: Sun, 01 Mar 2026 11:59:59 UTC\nAcquire");
        refused(
                key.clearSign(text, Signing.at(DATE)),
                UntrustedException.class,
                "it was valid until 2026-03-01T11:59:59Z",
                "clock says 2026-03-01T12:00:00Z");
        String valid = text.replace("11:59:59", "12:00:01");
        assertThat(verify(key.clearSign(valid, Signing.at(DATE))).suite()).isEqualTo("trixie");
    }

    @Test
    void theLastIndexOfAnArchivedReleaseStaysValid() throws Exception {
        for (String suite : EnvironmentSpec.ARCHIVED_SUITES) {
            String text = TEXT.replace("trixie", suite)
                    .replace("Acquire", "Valid-Until: Sun, 01 Mar 2026 11:59:59 UTC\nAcquire");
            byte[] message = key.clearSign(text, Signing.at(DATE)).getBytes(StandardCharsets.UTF_8);
            Clock later = Clock.fixed(NOW.plus(Duration.ofDays(10_000)), ZoneOffset.UTC);
            assertThat(SignedRelease.verify(message, suite, key.keys(), later, "InRelease")
                            .suite())
                    .isEqualTo(suite);
            assertThatThrownBy(() -> SignedRelease.verify(message, "trixie", key.keys(), later, "InRelease"))
                    .isInstanceOf(UntrustedException.class);
        }
    }

    @Test
    void anIndexOfTheFutureMeansAWrongClock() throws Exception {
        String text = TEXT.replace("28 Feb 2026", "28 Mar 2026").replace("Sat", "Sat");
        assertThatThrownBy(() -> verify(key.clearSign(text, Signing.at(DATE))))
                .isInstanceOf(UntrustedException.class)
                .hasMessageContaining("dated 2026-03-28T08:04:05Z")
                .extracting(e -> ((UntrustedException) e).advice())
                .isEqualTo(List.of(AdviceKey.SET_CLOCK.advice()));
    }

    @Test
    void aBrokenListOfFilesIsRefused() throws Exception {
        for (String line : new String[] {
            "deadbeef 12 main/x",
            DIGEST + " twelve main/x",
            DIGEST + " 12",
            DIGEST + " -1 main/x",
            DIGEST + " 99999999999999999999 main/x"
        }) {
            refused(key.clearSign(TEXT + " " + line + "\n", Signing.at(DATE)), MalformedInputException.class, "line");
        }
        refused(
                key.clearSign(TEXT + " " + DIGEST + " 13 main/binary-amd64/Packages.xz\n", Signing.at(DATE)),
                MalformedInputException.class,
                "twice");
        refused(
                key.clearSign(TEXT.replace("SHA256:", "SHA512:"), Signing.at(DATE)),
                MalformedInputException.class,
                "SHA256");
        refused(
                key.clearSign(TEXT.replace("28 Feb 2026", "soon"), Signing.at(DATE)),
                MalformedInputException.class,
                "date");
    }

    @Test
    void noMutantOfASignedIndexIsTakenForAnotherIndex() throws Exception {
        byte[] message = key.clearSign(TEXT, Signing.at(DATE)).getBytes(StandardCharsets.UTF_8);
        ArchiveKeys keys = key.keys();
        Random random = new Random(7);
        for (int i = 0; i < 500; i++) {
            byte[] mutant = message.clone();
            mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                SignedRelease release =
                        SignedRelease.verify(mutant, "trixie", keys, Clock.fixed(NOW, ZoneOffset.UTC), "InRelease");
                // Unsigned parts, such as the Hash header, may change; parts that are read may not.
                assertThat(release.date()).isEqualTo(DATE);
                assertThat(release.file("main/binary-amd64/Packages.xz")
                                .orElseThrow()
                                .digest()
                                .hex())
                        .isEqualTo(DIGEST);
            } catch (UntrustedException | MalformedInputException e) {
                assertThat(e.getMessage()).contains("InRelease");
            }
        }
    }

    @Test
    void keysAreShippedForEachSuiteAndForNoOther() throws Exception {
        for (String suite : EnvironmentSpec.SUITES) {
            assertThat(ArchiveKeys.ofSuite(suite)).isNotNull();
        }
        assertThatThrownBy(() -> ArchiveKeys.ofSuite("sid"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no suite 'sid' (expected one of trixie, bookworm, bullseye, buster, stretch)");
    }
}
