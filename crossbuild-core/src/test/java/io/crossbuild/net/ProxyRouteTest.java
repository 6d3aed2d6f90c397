// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.event.BuildListener;
import io.crossbuild.spec.HttpProxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyRouteTest {
    private static final byte[] CONTENT = "through".getBytes(StandardCharsets.US_ASCII);

    private static HttpProxy of(TestServer server, @Nullable String user, String... exceptions) {
        return new HttpProxy("127.0.0.1", server.uri("/").getPort(), user, "p w", List.of(exceptions));
    }

    private static Downloader through(HttpProxy proxy) {
        return Downloader.open(DownloadOptions.of(false, BuildListener.NONE).withProxy(proxy));
    }

    @Test
    void filesOfUnknownHostsComeThroughAProxy() throws Exception {
        try (TestServer server = new TestServer()) {
            server.file("/pool/a", CONTENT);
            assertThat(through(of(server, null)).get(URI.create("http://mirror.invalid/pool/a"), 100))
                    .isEqualTo(CONTENT);
        }
    }

    @Test
    void aProxyReceivesTheUserWhenItAsks() throws Exception {
        try (TestServer server = new TestServer()) {
            List<String> logins = new CopyOnWriteArrayList<>();
            server.file("/pool/a", CONTENT);
            server.answer("/pool/a", (exchange, nth) -> {
                String login = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
                if (login == null) {
                    exchange.getResponseHeaders().add("Proxy-Authenticate", "Basic realm=\"a\"");
                    exchange.sendResponseHeaders(407, -1);
                } else {
                    logins.add(login);
                    server.give(exchange, "/pool/a", null);
                }
            });
            assertThat(through(of(server, "me")).get(URI.create("http://mirror.invalid/pool/a"), 100))
                    .isEqualTo(CONTENT);
            // "me:p w"
            assertThat(logins).containsExactly("Basic bWU6cCB3");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, localhost, false",
        "*.example.com, a.example.com, false",
        "*.example.com, example.com, true",
        "*.example.com, A.EXAMPLE.COM, false",
        "10.*, 10.0.0.1, false",
        "10.*, 110.0.0.1, true",
        "b.org, c.org, true",
    })
    void exceptionsAreThoseOfJava(String exception, String host, boolean served) {
        assertThat(new ProxyRoute(new HttpProxy("p", 1, null, null, List.of("x", exception))).serves(host))
                .isEqualTo(served);
    }

    @Test
    void programsReceiveTheProxyInTheirOwnTerms() {
        HttpProxy proxy = new HttpProxy("proxy.corp", 3128, "a@b", "x:y z", List.of("localhost", "*.corp", "10.*"));
        assertThat(new ProxyRoute(proxy).variables("10.0.2.2"))
                .containsEntry("http_proxy", "http://a%40b:x%3Ay%20z@proxy.corp:3128")
                .containsEntry("HTTPS_PROXY", "http://a%40b:x%3Ay%20z@proxy.corp:3128")
                .containsEntry("no_proxy", "localhost,.corp");
    }

    @Test
    void aProxyOnThisHostIsElsewhereForTheGuest() {
        assertThat(new ProxyRoute(new HttpProxy("localhost", 8080, null, null, List.of())).variables("10.0.2.2"))
                .containsEntry("https_proxy", "http://10.0.2.2:8080");
    }
}
