// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BytePatternsTest {
    private static int find(String text, int start, int end, String... patterns) {
        return BytePatterns.of(patterns).find(text.getBytes(StandardCharsets.US_ASCII), start, end);
    }

    @Test
    void theFirstOfAllPlacesIsFound() {
        assertThat(find("a lib.so and DIR: here", 0, 22, "DIR:", ".so")).isEqualTo(5);
        assertThat(find("a lib.so and DIR: here", 6, 22, "DIR:", ".so")).isEqualTo(13);
        assertThat(find("a lib.so and DIR: here", 14, 22, "DIR:", ".so")).isEqualTo(-1);
    }

    @Test
    void whatIsNotWhollyInTheRangeIsNotFound() {
        assertThat(find("abcabc", 0, 2, "abc")).isEqualTo(-1);
        assertThat(find("abcabc", 0, 3, "abc")).isZero();
        assertThat(find("abcabc", 1, 5, "abc")).isEqualTo(-1);
        assertThat(find("", 0, 0, "abc")).isEqualTo(-1);
        assertThat(find("xxab", 0, 4, "abcd", "ab")).isEqualTo(2);
    }

    @Test
    void itFindsWhatAPlainSearchFinds() {
        Random random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            byte[] text = new byte[random.nextInt(40)];
            for (int i = 0; i < text.length; i++) {
                text[i] = (byte) ('a' + random.nextInt(3));
            }
            String[] patterns = new String[1 + random.nextInt(3)];
            for (int i = 0; i < patterns.length; i++) {
                patterns[i] = "abacbccab".substring(random.nextInt(4), 5 + random.nextInt(5));
            }
            int start = random.nextInt(text.length + 1);
            String searched = new String(text, StandardCharsets.US_ASCII);
            int expected = Arrays.stream(patterns)
                    .mapToInt(p -> searched.indexOf(p, start))
                    .filter(at -> at >= 0)
                    .min()
                    .orElse(-1);
            assertThat(BytePatterns.of(patterns).find(text, start, text.length))
                    .as("%s in '%s' from %d", Arrays.toString(patterns), searched, start)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aPatternWithoutABlockIsRefused() {
        assertThatThrownBy(() -> BytePatterns.of("ab", "c")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(BytePatterns::of).isInstanceOf(IllegalArgumentException.class);
    }
}
