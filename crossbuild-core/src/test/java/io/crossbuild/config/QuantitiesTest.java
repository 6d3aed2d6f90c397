// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantitiesTest {
    @ParameterizedTest
    @CsvSource({
        "4096, 4096",
        "1k, 1024",
        "512m, 536870912",
        "2g, 2147483648",
        "2G, 2147483648",
        "2 GiB, 2147483648",
        "2gb, 2147483648",
        "1.5g, 1610612736",
        "20t, 21990232555520",
        "0, 0",
        "7b, 7"
    })
    void sizesArePowersOf1024(String text, long bytes) {
        assertThat(ByteCount.parse(text)).hasValue(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "g", "-1g", "2x", "2 g b", "1.5", "1,5g", "0x10", "2gg", "999999999999t", "1e9"})
    void anInvalidSizeIsEmpty(String text) {
        assertThat(ByteCount.parse(text)).isEqualTo(OptionalLong.empty());
    }

    @Test
    void spansHaveUnits() {
        assertThat(TimeSpan.parse("90s")).contains(Duration.ofSeconds(90));
        assertThat(TimeSpan.parse("10M")).contains(Duration.ofMinutes(10));
        assertThat(TimeSpan.parse("1h 30m")).contains(Duration.ofMinutes(90));
        assertThat(TimeSpan.parse("1h30m")).contains(Duration.ofMinutes(90));
        assertThat(TimeSpan.parse("500ms")).contains(Duration.ofMillis(500));
        assertThat(TimeSpan.parse("2d")).contains(Duration.ofDays(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "10", "s", "-5s", "1.5h", "10 minutes", "PT10S", "9999999999s"})
    void anInvalidSpanIsEmpty(String text) {
        assertThat(TimeSpan.parse(text)).isEmpty();
    }
}
