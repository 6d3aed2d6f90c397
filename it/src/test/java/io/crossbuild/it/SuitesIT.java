// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Environments of each release: they are installed as by dpkg, and can be used for builds and extractions. */
@VirtualMachineTest
class SuitesIT {

    @ParameterizedTest
    @CsvSource({"trixie, 13", "bookworm, 12", "bullseye, 11"})
    void aReleaseIsInstalledAndBuiltIn(String suite, String version) throws Exception {
        Project project = Project.empty(suite)
                .write("build.txt", """
                        cut -d. -f1 /etc/debian_version | tee release
                        dpkg --audit && test -z "$(dpkg --audit)" && apt-get check
                        dpkg --verify && test -z "$(dpkg --verify)"
                        apt-get install -y hello
                        """)
                .write("config.json", "{ \"Program\": \"/usr/bin/hello\", \"Files\": [\"release\"] }");
        MavenOutcome outcome = project.maven(
                        "io.crossbuild:crossbuild-maven-plugin:" + Settings.version() + ":build",
                        "-Dcrossbuild.suite=" + suite)
                .run(DEADLINE);
        outcome.succeeded().leftNothingBehind();
        assertThat(project.targetRoot().resolve("release")).hasContent(version);
        assertThat(Files.isExecutable(project.targetRoot().resolve("usr/bin/hello")))
                .isTrue();
        assertThat(project.targetRoot().resolve("lib64/ld-linux-x86-64.so.2")).exists();
    }
}
