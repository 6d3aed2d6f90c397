// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Behind a proxy that Maven's settings name: downloads of the host and programs in the guest go through it. */
@VirtualMachineTest
class ProxyIT {
    private static final Duration DEADLINE = Duration.ofMinutes(15);

    @Test
    void hostAndGuestGoThroughTheProxyOfMavensSettings() throws Exception {
        Project project = Project.copyOf("redis-fast-driver", "proxy")
                .write(
                        "build.txt",
                        // The proxy is no variable that a later step, or another build, would see.
                        "echo run " + System.nanoTime() + "; rm -rf /var/lib/apt/lists/*; apt-get update\n"
                                + "apt-get install -y hello; env | grep -ci _proxy= | tee seen\n")
                .write("config.json", "{ \"Files\": [\"seen\"] }");
        project.maven("crossbuild:install-env").run(DEADLINE).succeeded();
        try (ForwardProxy proxy = new ForwardProxy()) {
            project.write(
                    "settings.xml",
                    "<settings><proxies><proxy><id>corp</id><active>true</active><protocol>http</protocol>"
                            + "<host>127.0.0.1</host><port>" + proxy.port() + "</port>"
                            + "<nonProxyHosts>*.internal</nonProxyHosts></proxy></proxies></settings>");
            MavenOutcome outcome = project.maven("-U", "-s", "settings.xml", "crossbuild:build")
                    .run(DEADLINE);
            outcome.succeeded().leftNothingBehind();
            assertThat(proxy.requests())
                    .anyMatch(request -> request.startsWith("crossbuild "))
                    .anyMatch(request -> request.startsWith("Debian "));
            assertThat(project.targetRoot().resolve("seen")).hasContent("6");
        }
    }
}
