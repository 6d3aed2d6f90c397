// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import static io.crossbuild.it.MavenRun.DEADLINE;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a line reaches: the attack is a line that reads a server on the host's loopback interface. */
@VirtualMachineTest
class NetworkIT {
    private static final String SECRET = "a secret of the host";

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server;
    private int port;

    @BeforeEach
    void serve() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            byte[] body = SECRET.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        });
        server.start();
        port = server.getAddress().getPort();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    /** A line that leaves what it reads from the server, or why it reads nothing. */
    private String read(String host) {
        return "{ exec 3<>/dev/tcp/" + host + "/" + port
                + " && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3; } > result 2>&1 || true # "
                + System.nanoTime() + "\n";
    }

    private Project project(String name, String lines) throws IOException {
        return Project.minimal(name).write("build.txt", lines).write("config.json", "{ \"Files\": [\"result\"] }\n");
    }

    private static String result(Project project) throws IOException {
        return Files.readString(project.targetRoot().resolve("result"));
    }

    @Test
    void aLineReadsNoServerOfTheHost() throws Exception {
        Project project = project("network-lan", read("10.0.2.2"));
        project.maven("crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("[WARNING] The guest may not reach '10.0.2.2:" + port
                        + "', this host's loopback interface: blocked")
                .mentions("To allow it, set -Dcrossbuild.allowHosts=localhost:" + port);
        assertThat(result(project)).contains("No route to host").doesNotContain(SECRET);
        assertThat(requests).hasValue(0);
    }

    @Test
    void aHostThatIsAllowedIsRead() throws Exception {
        Project project = project("network-allowed", read("10.0.2.2"));
        project.maven("-Dcrossbuild.network=internet", "-Dcrossbuild.allowHosts=localhost:" + port, "crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .doesNotMention("The guest may not reach");
        assertThat(result(project)).contains(SECRET);
    }

    @Test
    void theFullNetworkHasNoFilter() throws Exception {
        Project project = project("network-full", read("10.0.2.2"));
        project.maven("-Dcrossbuild.network=full", "crossbuild:build").run(DEADLINE).succeeded();
        assertThat(result(project)).contains(SECRET);
    }

    @Test
    void aLineWithoutANetworkReadsNothingAndTheNextOneHasItAgain() throws Exception {
        String offline = read("10.0.2.2").replace("result", "offline");
        Project project = project("network-none", "#@ network none\n" + offline + "cat offline; " + read("10.0.2.2"));
        project.maven("-Dcrossbuild.network=full", "crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("Network is unreachable");
        assertThat(result(project)).contains(SECRET);
        assertThat(requests).hasValue(1);
    }

    @Test
    void aMirrorIsReachedThoughOnlyANameIsAllowed() throws Exception {
        Project project =
                project("network-only", "apt-get update && apt-get install -y hello # " + System.nanoTime() + "\n"
                        + read("10.0.2.2"));
        project.maven("-Dcrossbuild.onlyHosts=registry.example", "crossbuild:build")
                .run(DEADLINE)
                .succeeded()
                .mentions("The guest may not reach '10.0.2.2:" + port);
        assertThat(requests).hasValue(0);
    }
}
