// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.HintGroup;
import io.crossbuild.error.ConfigException;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.RuntimeSource;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ClosureParametersTest {
    private final Properties commandLine = new Properties();
    private final Parameters parameters =
            new Parameters(commandLine, "the/pom.xml", Path.of("base").toAbsolutePath());

    @Test
    void groupsComeAsElementsOrWithCommasAndTheCommandLineWins() throws ConfigException {
        assertThat(ClosureParameters.include(parameters, List.of("dns", "tls, TZ")))
                .containsExactly(HintGroup.DNS, HintGroup.TLS, HintGroup.TZ);
        commandLine.setProperty("crossbuild.include", "dlopen,gconv");
        assertThat(ClosureParameters.include(parameters, List.of("dns")))
                .containsExactly(HintGroup.GCONV, HintGroup.DLOPEN);
        parameters.problems().throwIfAny();
    }

    @Test
    void rulesCountUnlessTheyAreTurnedOff() throws ConfigException {
        assertThat(ClosureParameters.sources(parameters, null)).containsExactly(RuntimeSource.RULES);
        assertThat(ClosureParameters.sources(parameters, List.of("dns"))).containsExactly(RuntimeSource.RULES);
        assertThat(ClosureParameters.sources(parameters, List.of("Packages, plugins")))
                .containsExactly(RuntimeSource.RULES, RuntimeSource.PLUGINS, RuntimeSource.PACKAGES);
        assertThat(ClosureParameters.sources(parameters, List.of("none", "packages")))
                .containsExactly(RuntimeSource.PACKAGES);
        commandLine.setProperty("crossbuild.include", "none,dns");
        assertThat(ClosureParameters.sources(parameters, List.of("packages"))).isEmpty();
        assertThat(ClosureParameters.include(parameters, List.of("packages"))).containsExactly(HintGroup.DNS);
        parameters.problems().throwIfAny();
    }

    @Test
    void anUnknownGroupIsToldWithTheNearestOne() {
        ClosureParameters.include(parameters, List.of("lokale"));
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("<include> 'lokale' (expected groups of dns, tls, locale, tz, gconv, terminfo,"
                        + " dlopen, rules, plugins, packages, traced, none); did you mean 'locale'?");
    }

    @Test
    void aProcessorIsOfTheEnvironmentsArchitecture() throws ConfigException {
        assertThat(ClosureParameters.cpu(parameters, "portable", Architecture.AMD64))
                .isNull();
        assertThat(ClosureParameters.cpu(parameters, "x86-64-v3", Architecture.AMD64))
                .isEqualTo(CpuProfile.named("x86-64-v3").orElseThrow());
        parameters.problems().throwIfAny();
        commandLine.setProperty("crossbuild.cpu", "x86_64-v3");
        ClosureParameters.cpu(parameters, "portable", Architecture.AMD64);
        commandLine.setProperty("crossbuild.cpu", "x86-64-v3");
        ClosureParameters.cpu(parameters, "portable", Architecture.ARM64);
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'x86_64-v3' for amd64 (expected portable or one of x86-64-v1, x86-64-v2,"
                        + " x86-64-v3, x86-64-v4); did you mean 'x86-64-v3'?")
                .hasMessageContaining("'x86-64-v3' for arm64 (expected portable)");
    }

    @Test
    void theStartCheckIsAnErrorUnlessAWarningIsWanted() throws ConfigException {
        assertThat(ClosureParameters.startCheck(parameters, null)).isEqualTo(ClosureOptions.StartCheck.ERROR);
        assertThat(ClosureParameters.startCheck(parameters, "warn")).isEqualTo(ClosureOptions.StartCheck.WARN);
        parameters.problems().throwIfAny();
        ClosureParameters.startCheck(parameters, "off");
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .hasMessageContaining("'off' (expected error or warn)");
    }

    @Test
    void limitsForLibrariesAreVersionsOfTheirSymbols() throws ConfigException {
        assertThat(ClosureParameters.maxGlibc(parameters, null)).isNull();
        assertThat(ClosureParameters.maxGlibcxx(parameters, " ")).isNull();
        assertThat(ClosureParameters.maxGlibc(parameters, "2.17")).hasToString("2.17");
        assertThat(ClosureParameters.maxGlibcxx(parameters, "3.4.19")).hasToString("3.4.19");
        parameters.problems().throwIfAny();
        ClosureParameters.maxGlibc(parameters, "bullseye");
        commandLine.setProperty("crossbuild.maxGlibcxx", "4.8");
        ClosureParameters.maxGlibcxx(parameters, "3.4.19");
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("<maxGlibc> 'bullseye' (expected a version of glibc such as 2.17)")
                .hasMessageContaining("-Dcrossbuild.maxGlibcxx: '4.8' (expected the number of a version GLIBCXX_3.4.x,"
                        + " such as 3.4.19)");
    }
}
