// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import java.io.File;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class ParametersTest {
    private static final Path BASE = Path.of("base").toAbsolutePath();
    private final Properties commandLine = new Properties();
    private final Parameters parameters = new Parameters(commandLine, "the/pom.xml", BASE);

    @Test
    void commandLineWinsOverPomAndPomOverDefault() {
        assertThat(parameters.text("suite", null, "trixie")).contains("trixie");
        assertThat(parameters.text("suite", "bookworm", "trixie")).contains("bookworm");
        commandLine.setProperty("crossbuild.suite", " bullseye ");
        assertThat(parameters.text("suite", "bookworm", "trixie")).contains("bullseye");
    }

    @Test
    void emptyTextCountsAsNotSet() {
        commandLine.setProperty("crossbuild.suite", "");
        assertThat(parameters.text("suite", " ", "trixie")).contains("trixie");
    }

    @Test
    void sizesAndTimesAreRead() throws ConfigException {
        commandLine.setProperty("crossbuild.memory", "3g");
        assertThat(parameters.bytes("memory", 1, "1", "2g")).isEqualTo(3L << 30);
        assertThat(parameters.duration("bootTimeout", "90s")).isEqualTo(Duration.ofSeconds(90));
        parameters.problems().throwIfAny();
    }

    @Test
    void relativePathsStartAtTheBaseDirectory() {
        commandLine.setProperty("crossbuild.targetRoot", ".");
        assertThat(parameters.path("targetRoot", null)).contains(BASE);
        assertThat(parameters.path("buildFile", new File("sub/../b.txt"))).contains(BASE.resolve("b.txt"));
    }

    @Test
    void listsAndMapsHaveCommas() {
        commandLine.setProperty("crossbuild.dirs", "node_modules, /etc/ssl,");
        commandLine.setProperty("crossbuild.env", "A=1,B=x=y,C=");
        assertThat(parameters.listFromCommandLine("dirs")).containsExactly("node_modules", "/etc/ssl");
        assertThat(parameters.listFromCommandLine("files")).isNull();
        assertThat(parameters.mapFromCommandLine("env")).isEqualTo(Map.of("A", "1", "B", "x=y", "C", ""));
    }

    @Test
    void oneProblemNamesItsPlace() {
        commandLine.setProperty("crossbuild.memory", "2x");
        parameters.bytes("memory", 1 << 20, "1m", "2g");
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .hasMessage("Cannot use '-Dcrossbuild.memory': '2x' (expected a size such as 512m or 2g, at least 1m)");
    }

    @Test
    void everyProblemIsToldWithItsPlace() {
        commandLine.setProperty("crossbuild.env", "A=1,B");
        commandLine.setProperty("crossbuild.mapDirs", "=x");
        parameters.bytes("memory", 256L << 20, "256m", "200m");
        parameters.duration("bootTimeout", "0s");
        parameters.mapFromCommandLine("env");
        parameters.mapFromCommandLine("mapDirs");
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .isInstanceOfSatisfying(
                        ConfigException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "the/pom.xml: <memory> '200m' (expected a size such as 512m or 2g, at least 256m)",
                                        "the/pom.xml: <bootTimeout> '0s' (expected a time such as 90s, 10m or 2h)",
                                        "-Dcrossbuild.env: 'B' (expected name=value pairs, separated by commas)",
                                        "-Dcrossbuild.mapDirs: '=x' (expected name=value pairs, separated by commas)"));
    }

    @Test
    void problemsOfOtherReadersKeepTheirSourcesAndHints() throws Exception {
        parameters.problems().collect(() -> {
            throw new ConfigException("config.json", List.of("one", "two"), AdviceKey.SAVE_AS_UTF8.advice());
        });
        parameters.problems().collect(() -> {
            throw new ConfigException("build.txt", List.of("three"), AdviceKey.WRITE_COMMANDS.advice());
        });
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .isInstanceOfSatisfying(ConfigException.class, e -> {
                    assertThat(e.problems())
                            .containsExactly("config.json: one", "config.json: two", "build.txt: three");
                    assertThat(e.advice())
                            .containsExactly(AdviceKey.SAVE_AS_UTF8.advice(), AdviceKey.WRITE_COMMANDS.advice());
                });
    }

    @Test
    void noProblemIsNoError() throws Exception {
        assertThat(parameters.problems().collect(() -> 1)).contains(1);
        parameters.problems().throwIfAny();
    }
}
