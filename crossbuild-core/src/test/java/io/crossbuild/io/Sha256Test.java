// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {
    /** FIPS 180-4's example and the digest of empty input. */
    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    private static final String NOTHING = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    @Test
    void bytesStreamAndFileGiveTheDigestOfTheStandard(@TempDir Path dir) throws Exception {
        byte[] abc = "abc".getBytes(StandardCharsets.US_ASCII);
        Path file = Files.write(dir.resolve("abc"), abc);
        assertThat(Sha256.of(abc).hex()).isEqualTo(ABC);
        assertThat(Sha256.of(new ByteArrayInputStream(abc)).hex()).isEqualTo(ABC);
        assertThat(Sha256.of(file).hex()).isEqualTo(ABC);
        assertThat(Sha256.of(new byte[0]).hex()).isEqualTo(NOTHING);
    }

    @Test
    void textOfEitherCaseIsReadAndAnythingElseIsNot() {
        assertThat(Sha256.parse(ABC)).contains(Sha256.of("abc".getBytes(StandardCharsets.US_ASCII)));
        assertThat(Sha256.parse(ABC.toUpperCase(java.util.Locale.ROOT))).isEqualTo(Sha256.parse(ABC));
        assertThat(Sha256.parse(ABC.substring(1))).isEmpty();
        assertThat(Sha256.parse("g" + ABC.substring(1))).isEmpty();
        assertThat(Sha256.parse("")).isEmpty();
    }

    @Test
    void partsOfAKeyDoNotRunIntoEachOther() {
        Sha256 one = new Sha256Digest().part("ab").part("c").finish();
        Sha256 other = new Sha256Digest().part("a").part("bc").finish();
        assertThat(one)
                .isNotEqualTo(other)
                .isEqualTo(new Sha256Digest().part("ab").part("c").finish());
    }
}
