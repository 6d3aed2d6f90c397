// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.ConfigException;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class NetworkParametersTest {
    private final Properties properties = new Properties();
    private final Parameters parameters = new Parameters(properties, "pom.xml", Path.of("/p"));

    private static HostRule rule(String text) {
        return HostRule.parse(text).orElseThrow();
    }

    @Test
    void theCommandLineReplacesThePom() {
        properties.setProperty("crossbuild.network", "Internet");
        properties.setProperty("crossbuild.allowHosts", "localhost:8080, 10.1.0.0/16");
        NetworkOptions options =
                new NetworkParameters("lan", List.of("a.example"), List.of(" b.example ")).options(parameters);
        assertThat(options)
                .isEqualTo(new NetworkOptions(
                        NetworkMode.INTERNET,
                        List.of(rule("localhost:8080"), rule("10.1.0.0/16")),
                        List.of(rule("b.example"))));
        assertThat(new NetworkParameters("lan", null, null).options(new Parameters(new Properties(), "", Path.of("/"))))
                .isEqualTo(NetworkOptions.DEFAULTS);
    }

    @Test
    void allProblemsAreFoundAtOnce() {
        NetworkOptions unused = new NetworkParameters("true", List.of("http://a"), List.of("::1")).options(parameters);
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("<network> 'true' (expected lan, internet, none or full)")
                .hasMessageContaining("<allowHosts> 'http://a' (expected a name")
                .hasMessageContaining("<onlyHosts> '::1' (expected a name");
    }

    @Test
    void hostsAreListedForAFilterOnly() {
        NetworkOptions unused = new NetworkParameters("full", List.of("a"), null).options(parameters);
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .hasMessageContaining("<allowHosts> lists hosts, but network is 'full' (expected lan or internet)");
    }
}
