// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** With a proxy in Maven's settings: the host's downloads and programs in the guest use it. */
@VirtualMachineTest
class ProxyIT {

    @Test
    void hostAndGuestGoThroughTheProxyOfMavensSettings() throws Exception {
        Project project = Project.minimal("proxy")
                .write(
                        "build.txt",
                        // The proxy must not become a variable that a later step, or another build, would see.
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

    @Test
    void thePasswordOfAProxyStaysOnTheHost() throws Exception {
        String password = "pr0xy/p4ssw0rd:of-the-test";
        Project project = Project.minimal("proxy-password")
                .write(
                        "build.txt",
                        "env; cat /proc/self/environ; echo run " + System.nanoTime()
                                + "; rm -rf /var/lib/apt/lists/*; apt-get update\n"
                                // Several connections at once, and a tunnel.
                                + "apt-get install -y hello curl; for i in 1 2 3 4; do"
                                + " curl -sSf -o /dev/null $(apt-cache policy hello | grep -om1 'http[^ ]*')/dists/ &"
                                + " done; wait; env > seen; set >> seen\n")
                .write("config.json", "{ \"Files\": [\"seen\"] }");
        project.maven("crossbuild:install-env").run(DEADLINE).succeeded();
        try (ForwardProxy proxy = new ForwardProxy()) {
            project.write(
                    "settings.xml",
                    "<settings><proxies><proxy><id>corp</id><active>true</active><protocol>http</protocol>"
                            + "<host>127.0.0.1</host><port>" + proxy.port() + "</port><username>me</username><password>"
                            + password + "</password></proxy></proxies></settings>");
            MavenOutcome outcome =
                    project.maven("-s", "settings.xml", "crossbuild:build").run(DEADLINE);
            outcome.succeeded().leftNothingBehind();
            assertThat(proxy.requests()).anyMatch(request -> request.startsWith("Debian "));
            assertThat(proxy.logins())
                    .contains("Basic "
                            + Base64.getEncoder().encodeToString(("me:" + password).getBytes(StandardCharsets.UTF_8)))
                    .allMatch(login -> login.equals("none") || login.startsWith("Basic bWU6"));
            project.delete("settings.xml");
            Path seen = project.targetRoot().resolve("seen");
            assertThat(Files.readString(seen)).contains("http_proxy=http://crossbuild:");
            assertThat(FilesWith.text("p4ssw0rd", project.directory(), outcome.home()))
                    .isEmpty();
        }
    }
}
