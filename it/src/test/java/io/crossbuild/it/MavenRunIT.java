// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How the tests run Maven: with the invoker, and in a separate process. */
class MavenRunIT {
    @Test
    void mavenHasASmallHeapAndNoVariablesOfTheSurroundingMaven() throws Exception {
        assertThat(System.getenv("MAVEN_ARGS")).as("of the surrounding Maven").isNotEmpty();
        Project project = Project.minimal("environment")
                .write("build.txt", "true\n")
                .write("config.json", "{}\n")
                .configure("<memory>x${env.MAVEN_ARGS}</memory><suite>x${env.MAVEN_OPTS}</suite>");
        MavenRun maven = project.maven("crossbuild:build").emptyHome();
        seesItsOwnEnvironment(maven.run(DEADLINE));
        seesItsOwnEnvironment(maven.start().await(DEADLINE));
    }

    private static void seesItsOwnEnvironment(MavenOutcome outcome) {
        outcome.failed().mentions("-Xmx256m -Djava.io.tmpdir=").doesNotMention("of-the-outside");
    }

    @Test
    void mavenThatDoesNotEndIsEnded() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            String mirror = "http://127.0.0.1:" + silent.getLocalPort() + "/debian";
            Project project = Project.minimal("endless")
                    .write("build.txt", "true\n")
                    .write("config.json", "{ \"Program\": \"/bin/sh\" }\n");
            MavenRun maven = project.maven("crossbuild:build", "-Dcrossbuild.mirror=" + mirror)
                    .emptyHome();
            long before = ProcessHandle.current().descendants().count();
            assertThatThrownBy(() -> maven.run(Duration.ofSeconds(15)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Maven did not end within PT15S");
            long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
            while (ProcessHandle.current().descendants().count() > before && System.nanoTime() < end) {
                Thread.sleep(100);
            }
            assertThat(ProcessHandle.current().descendants().count()).isEqualTo(before);
        }
    }
}
