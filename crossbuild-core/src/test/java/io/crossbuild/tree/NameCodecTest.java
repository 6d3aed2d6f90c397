// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NameCodecTest {
    @Test
    void everyByteStringSurvivesTheRoundTrip() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            byte[] name = new byte[random.nextInt(24)];
            random.nextBytes(name);
            assertThat(NameCodec.encode(NameCodec.decode(name))).isEqualTo(name);
        }
    }

    @Test
    void validUtf8IsDecodedAsSuch() {
        byte[] name = "grüße-日本-😀".getBytes(StandardCharsets.UTF_8);
        assertThat(NameCodec.decode(name)).isEqualTo("grüße-日本-😀");
        assertThat(NameCodec.isUtf8(NameCodec.decode(name))).isTrue();
    }

    @Test
    void aStrayByteIsMarked() {
        String name = NameCodec.decode(new byte[] {'a', (byte) 0xE9, 'b'});
        assertThat(name).isEqualTo("a\uDCE9b");
        assertThat(NameCodec.isUtf8(name)).isFalse();
    }
}
