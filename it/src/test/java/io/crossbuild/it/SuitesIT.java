// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Environments of each release: they are installed as by dpkg, and can be used for builds and extractions. */
@VirtualMachineTest
class SuitesIT {

    @ParameterizedTest
    @CsvSource({"trixie, 13", "bullseye, 11"})
    void aReleaseIsInstalledAndBuiltIn(String suite, String version) throws Exception {
        installAndBuild(suite, version, "-Dcrossbuild.suite=" + suite);
    }

    /** Between the newest and the oldest, so it runs only with {@code -Dcrossbuild.it.long=true}. */
    @Test
    @EnabledIfSystemProperty(named = "crossbuild.it.long", matches = "true")
    void theReleaseBetweenThemIsInstalledAndBuiltIn() throws Exception {
        installAndBuild("bookworm", "12", "-Dcrossbuild.suite=bookworm");
    }

    /** Ordinary mirrors do not have these. */
    @ParameterizedTest
    @CsvSource({"buster, 10", "stretch, 9"})
    void anArchivedReleaseIsInstalledAndBuiltIn(String suite, String version) throws Exception {
        String mirror = System.getProperty("crossbuild.it.archiveMirror");
        assumeTrue(mirror != null, "crossbuild.it.archiveMirror is not set");
        installAndBuild(suite, version, "-Dcrossbuild.suite=" + suite, "-Dcrossbuild.mirror=" + mirror);
    }

    private static void installAndBuild(String suite, String version, String... options) throws Exception {
        Project project = Project.empty(suite)
                .write("build.txt", """
                        cut -d. -f1 /etc/debian_version | tee release
                        dpkg --audit && test -z "$(dpkg --audit)" && apt-get check
                        dpkg --verify && test -z "$(dpkg --verify)"
                        apt-get install -y hello
                        """)
                .write("config.json", "{ \"Program\": \"/usr/bin/hello\", \"Files\": [\"release\"] }");
        List<String> arguments =
                new ArrayList<>(List.of("io.crossbuild:crossbuild-maven-plugin:" + Settings.version() + ":build"));
        arguments.addAll(List.of(options));
        MavenOutcome outcome = project.maven(arguments.toArray(String[]::new)).run(DEADLINE);
        outcome.succeeded().leftNothingBehind();
        assertThat(project.targetRoot().resolve("release")).hasContent(version);
        assertThat(Files.isExecutable(project.targetRoot().resolve("usr/bin/hello")))
                .isTrue();
        assertThat(project.targetRoot().resolve("lib64/ld-linux-x86-64.so.2")).exists();
    }
}
