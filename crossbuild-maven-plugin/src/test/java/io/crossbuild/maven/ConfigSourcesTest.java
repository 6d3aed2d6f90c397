// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.config.ConfigLayer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigSourcesTest {
    @TempDir
    private Path base;

    private final Properties commandLine = new Properties();
    private Parameters parameters;
    private Path file;

    @BeforeEach
    void open() {
        parameters = new Parameters(commandLine, "pom.xml", base);
        file = base.resolve("config.json");
    }

    @Test
    void pomWinsOverConfigFileAndCommandLineOverPom() throws IOException {
        commandLine.setProperty("crossbuild.args", "c");
        commandLine.setProperty("crossbuild.env", "C=3");
        Files.writeString(file, """
                {"Program": "/bin/a", "Args": ["a"], "Dirs": ["a"], "Files": ["a"], "Env": {"A": "1"}}
                """);
        BuildConfig config = read(
                file,
                new ConfigLayer(
                        "pom.xml", "/bin/b", List.of("b"), null, List.of("b"), null, Map.of("B", "2"), Map.of()));
        assertThat(config.program()).isEqualTo("/bin/b");
        assertThat(config.args()).containsExactly("c");
        assertThat(config.files()).containsExactly("a");
        assertThat(config.dirs()).containsExactly("b");
        assertThat(config.env()).isEqualTo(Map.of("A", "1", "B", "2", "C", "3"));
    }

    @Test
    void configFileMayBeMissingWhenThePomNamesSomething() throws Exception {
        assertThat(read(file, program("/bin/b")).program()).isEqualTo("/bin/b");
        parameters.problems().throwIfAny();
    }

    @Test
    void aNamedConfigFileMayNotBeMissing() throws IOException {
        read(base.resolve("other.json"), program("/bin/b"));
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .hasMessage("Cannot use '" + base.resolve("other.json") + "': there is no such file");
    }

    @Test
    void somebodyMustNameWhatToExtract() throws IOException {
        read(file, program(null));
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .hasMessage("Cannot use '" + file
                        + "': there is no such file, and the POM specifies nothing to extract either");
    }

    @Test
    void configFileThatSelectsNothingIsAProblem() throws IOException {
        Files.writeString(file, "{\"Args\": [\"a\"]}");
        read(file, program(null));
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .hasMessage("Cannot use '" + file + "': nothing to extract (expected Program, Files, Dirs or MapDirs)");
    }

    @Test
    void problemsInTheConfigFileAreKept() throws IOException {
        Files.writeString(file, "{\"Dir\": [\"a\"], \"Program\": 1}");
        read(file, program(null));
        assertThatThrownBy(() -> parameters.problems().throwIfAny())
                .hasMessageContaining("unknown key 'Dir'; did you mean 'Dirs'?")
                .hasMessageContaining("'Program'");
    }

    private BuildConfig read(Path from, ConfigLayer ofPom) throws IOException {
        return new ConfigSources(parameters, ofPom).read(from);
    }

    private static ConfigLayer program(@Nullable String program) {
        return new ConfigLayer("pom.xml", program, null, null, null, null, null, Map.of());
    }
}
