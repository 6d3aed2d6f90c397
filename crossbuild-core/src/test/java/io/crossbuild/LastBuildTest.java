// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.config.BuildConfig;
import io.crossbuild.error.ConfigException;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.RuntimeSource;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastBuildTest {
    private static final ExtractionOptions ONLY_READ =
            ExtractionOptions.DEFAULTS.withClosure(ClosureOptions.DEFAULTS.withSources(Set.of(RuntimeSource.TRACED)));

    @TempDir
    Path directory;

    private BuildRequest request(String lines) throws Exception {
        Path file = Files.writeString(directory.resolve("build.txt"), lines);
        return BuildRequest.of(EnvironmentSpec.of("trixie"), file, BuildConfig.EMPTY, directory.resolve("root"));
    }

    @Test
    void onlyWhatWasReadCannotBeExtractedIfNoLineIsTraced() throws Exception {
        BuildRequest request = request("make\n");
        assertThat(LastBuild.buildFile(request).steps()).hasSize(1);
        assertThatThrownBy(() -> LastBuild.buildFile(request.withExtraction(ONLY_READ)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("build.txt")
                .hasMessageContaining("no line is traced (expected '#@ trace' before a line)");
        assertThat(LastBuild.buildFile(request("make\n#@ trace\nmake check\n").withExtraction(ONLY_READ))
                        .steps())
                .hasSize(2);
    }
}
