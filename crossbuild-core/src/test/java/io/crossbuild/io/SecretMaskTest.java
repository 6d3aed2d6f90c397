// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
    private static final String KEY = "-----BEGIN KEY-----\nAbCdEf/12+34=\nshort\n-----END KEY-----\n";

    /** What arrives when a text is written in pieces of at most this size. */
    private static String through(SecretMask mask, String text, int piece) throws IOException {
        BoundedSink sink = new BoundedSink(1 << 20);
        OutputSink masking = mask.over(sink);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at < bytes.length; at += piece) {
            masking.write(bytes, at, Math.min(piece, bytes.length - at));
        }
        masking.end();
        return new String(sink.bytes(), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "hunter2, my hunter2!, my ***!",
        "hunter2, hunter2hunter2, ******",
        "hunter2, hunter hunte, hunter hunte",
        "hunter2, hunthunter2, hunt***",
        "aab, aaab, a***",
        "x, axbx, a***b***",
        "pä$s, 'a pä$s b', a *** b",
        "p q, a p%20q p+q, a *** ***",
        "'a\"b$c', '\"a\\\"b\\$c\"', '\"***\"'",
        "'a\"b$c', '{\"k\":\"a\\\"b$c\"}', '{\"k\":\"***\"}'",
        "'a&b<\"c', 'a&amp;b&lt;&quot;c a&amp;b&lt;\"c', '*** ***'",
        "p~q/*, 'p~q%2F%2A p%7Eq%2F* p~q%2f*', '*** *** ***'",
    })
    void aSecretIsMaskedHoweverItIsWritten(String secret, String text, String masked) throws Exception {
        SecretMask mask = SecretMask.of(List.of(secret));
        assertThat(mask.apply(text)).isEqualTo(masked);
        for (int piece = 1; piece < 9; piece++) {
            assertThat(through(mask, text, piece)).as("pieces of %d", piece).isEqualTo(masked);
        }
    }

    @Test
    void aSecretIsMaskedInTextsThatAreOnlyAscii() {
        SecretMask mask = SecretMask.of(List.of("pä'$s \"€"));
        assertThat(mask.apply("declare -x COPY=$'p\\303\\244\\'$s \"\\342\\202\\254'"))
                .isEqualTo("declare -x COPY=$'***'");
        assertThat(mask.apply("{\"k\": \"p\\u00e4'$s \\\"\\u20ac\"}")).isEqualTo("{\"k\": \"***\"}");
        assertThat(mask.apply("{\"k\": \"p\\u00E4'$s \\\"\\u20AC\"}")).isEqualTo("{\"k\": \"***\"}");
    }

    @Test
    void aLongerSecretThatBeginsLikeAShorterOneIsMaskedAsAWhole() throws Exception {
        SecretMask mask = SecretMask.of(List.of("abc", "abcdef"));
        for (int piece = 1; piece < 8; piece++) {
            assertThat(through(mask, "abcdef abcde abc", piece)).isEqualTo("*** ***de ***");
        }
    }

    @Test
    void aSecretOfSeveralLinesIsMaskedAsAWholeAndLineByLine() throws Exception {
        SecretMask mask = SecretMask.of(List.of(KEY));
        assertThat(through(mask, "a\n" + KEY + "b", 3)).isEqualTo("a\n***b");
        assertThat(mask.apply("AbCdEf/12+34=")).isEqualTo("***");
        assertThat(mask.apply("  -----END KEY-----")).isEqualTo("  ***");
        assertThat(mask.apply("short")).isEqualTo("short");
        assertThat(mask.apply("AbCdEf%2F12%2B34%3D")).isEqualTo("***");
        assertThat(mask.apply("declare -x K=$'" + KEY.replace("\n", "\\n") + "'"))
                .isEqualTo("declare -x K=$'***'");
        assertThat(SecretMask.of(List.of("pw\n")).apply("the pw")).isEqualTo("the ***");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "u", "me", "user:", "someone:"})
    void basicAuthenticationIsMasked(String before) {
        String secret = "correct horse battery";
        String sent = Base64.getEncoder().encodeToString((before + secret).getBytes(StandardCharsets.UTF_8));
        String masked = SecretMask.of(List.of(secret)).apply("> Authorization: Basic " + sent);
        assertThat(masked).contains("***");
        assertThat(masked.length()).isLessThan(35 + before.length());
    }

    @Test
    void whatIsNoSecretArrivesAsItIs() throws Exception {
        Random random = new Random(7);
        SecretMask mask = SecretMask.of(List.of("aabb", "ab ba", KEY));
        for (int run = 0; run < 2000; run++) {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                text.append("ab -".charAt(random.nextInt(4)));
            }
            String expected = text.toString().replace("aabb", "***");
            String masked = through(mask, text.toString(), 1 + random.nextInt(10));
            if (!text.toString().contains("ab ba")) {
                assertThat(masked).isEqualTo(expected);
            }
            assertThat(masked).doesNotContain("aabb", "ab ba");
        }
        assertThat(SecretMask.NONE.apply(KEY)).isEqualTo(KEY);
    }

    @Test
    void aBeginningIsPassedOnAsSoonAsItIsNone() throws Exception {
        BoundedSink sink = new BoundedSink(100);
        OutputSink masking = SecretMask.of(List.of("hunter2")).over(sink);
        masking.write("ask: hun".getBytes(StandardCharsets.UTF_8), 0, 8);
        assertThat(new String(sink.bytes(), StandardCharsets.UTF_8)).isEqualTo("ask: ");
        masking.write("g".getBytes(StandardCharsets.UTF_8), 0, 1);
        assertThat(new String(sink.bytes(), StandardCharsets.UTF_8)).isEqualTo("ask: hung");
    }

    @Test
    void aFileWithASecretIsFoundWhereverItIs(@TempDir Path directory) throws Exception {
        String secret = "s3cr3t-t0k3n";
        Path file = directory.resolve("image");
        String encoded = URLEncoder.encode("a b " + secret, StandardCharsets.UTF_8);
        for (int before : new int[] {0, 1, (1 << 20) - 5, (1 << 20) + 3, (2 << 20) - 1}) {
            try (OutputStream out = Files.newOutputStream(file)) {
                out.write(new byte[before]);
                assertThat(SecretForms.areIn(file, secret)).isFalse();
                out.write(encoded.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(SecretForms.areIn(file, secret)).as("after %d", before).isTrue();
        }
        Files.writeString(file, "abc");
        assertThat(SecretForms.areIn(file, "abc")).as("too short to tell").isFalse();
    }
}
