// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostRuleTest {
    @ParameterizedTest
    @CsvSource({
        "Registry.Example.com, registry.example.com, 1, 65535",
        "registry.example.com:443, registry.example.com, 443, 443",
        "*.example.com:8000-8010, *.example.com, 8000, 8010",
        "localhost:8080, localhost, 8080, 8080",
        "10.1.0.0/16, 10.1.0.0/16, 1, 65535",
        "10.1.2.3:22, 10.1.2.3, 22, 22",
        "a_b.c-d.e1, a_b.c-d.e1, 1, 65535"
    })
    void hostsAndPorts(String text, String host, int first, int last) {
        assertThat(HostRule.parse(text)).contains(new HostRule(host, first, last));
        assertThat(HostRule.parse(HostRule.parse(text).orElseThrow().text())).contains(new HostRule(host, first, last));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":80",
                "a:",
                "a:0",
                "a:65536",
                "a:9-8",
                "a:b",
                "http://a",
                "a/b",
                "*",
                "*.",
                "**.a",
                "a.*",
                "-a",
                "a..b",
                "10.1.2",
                "10.1.2.256",
                "10.1.2.03",
                "10.1.2.3/33",
                "10.1.2.3/16",
                "[::1]",
                "::1",
                "[::1]:80",
                "a b"
            })
    void anythingElseIsNone(String text) {
        assertThat(HostRule.parse(text)).isEmpty();
    }

    @Test
    void aStarIsForNamesBelow() {
        HostRule rule = HostRule.parse("*.example.com").orElseThrow();
        assertThat(rule.matchesName("a.example.com")).isTrue();
        assertThat(rule.matchesName("a.b.example.com")).isTrue();
        assertThat(rule.matchesName("example.com")).isFalse();
        assertThat(rule.matchesName("badexample.com")).isFalse();
    }

    @Test
    void rangesContainAddresses() {
        assertThat(AddressRange.of("0.0.0.0/0").contains(-1)).isTrue();
        assertThat(AddressRange.of("172.16.0.0/12").contains(0xAC1FFFFF)).isTrue();
        assertThat(AddressRange.of("172.16.0.0/12").contains(0xAC200000)).isFalse();
        assertThat(AddressRange.of("255.1.2.3").text()).isEqualTo("255.1.2.3");
        assertThat(AddressRange.of("255.0.0.0/8").text()).isEqualTo("255.0.0.0/8");
    }
}
