// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.event.BuildListener;
import io.crossbuild.spec.HttpProxy;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class ProxyForwarderTest {
    /** "me:p w" */
    private static final String LOGIN = "Proxy-Authorization: Basic bWU6cCB3\r\n";

    private final BlockingQueue<Socket> connections = new LinkedBlockingQueue<>();
    private ServerSocket upstream;
    private ProxyForwarder forwarder;

    @BeforeEach
    void open() throws Exception {
        upstream = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(
                () -> {
                    try {
                        while (true) {
                            connections.add(upstream.accept());
                        }
                    } catch (IOException e) {
                        // Closed.
                    }
                },
                "upstream");
        thread.setDaemon(true);
        thread.start();
        forwarder = ProxyForwarder.open(new HttpProxy(
                upstream.getInetAddress().getHostAddress(), upstream.getLocalPort(), "me", "p w", List.of("*.corp")));
    }

    @AfterEach
    void close() throws Exception {
        forwarder.close();
        upstream.close();
    }

    private Socket client() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), forwarder.asProxy().port());
    }

    private Socket next() throws InterruptedException {
        Socket connection = connections.poll(30, TimeUnit.SECONDS);
        assertThat(connection).isNotNull();
        return connection;
    }

    private String word() {
        String word = Objects.requireNonNull(forwarder.asProxy().password());
        return "Proxy-Authorization: " + ProxyRequest.login("crossbuild", word) + "\r\n";
    }

    private static void send(Socket to, String text) throws IOException {
        to.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String receive(Socket from, int length) throws IOException {
        return new String(from.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    private static String all(Socket from) throws IOException {
        return new String(from.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }

    @Test
    void theGuestsProxyHasAWordInsteadOfThePassword() throws Exception {
        HttpProxy own = forwarder.asProxy();
        assertThat(own.host()).isEqualTo("127.0.0.1");
        assertThat(own.password()).matches("[0-9a-f]{32}");
        assertThat(own.exceptions()).containsExactly("*.corp");
        try (ProxyForwarder other = ProxyForwarder.open(own)) {
            assertThat(other.asProxy().password()).isNotEqualTo(own.password());
        }
    }

    @Test
    void eachRequestOfAConnectionGetsThePassword() throws Exception {
        try (Socket client = client()) {
            send(
                    client,
                    "GET http://a/1 HTTP/1.1\r\nHost: a\r\n" + word() + "\r\n"
                            + "POST http://a/2 HTTP/1.1\r\n" + word() + "Content-Length: 3\r\n\r\nabc"
                            + "PUT http://a/3 HTTP/1.1\r\n" + word() + "Transfer-Encoding: chunked\r\n\r\n"
                            + "2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n"
                            + "GET http://a/4 HTTP/1.1\r\n" + word().replace("Proxy-Auth", "pROXY-aUTH") + "\r\n");
            client.shutdownOutput();
            try (Socket connection = next()) {
                send(connection, "HTTP/1.1 200 OK\r\n\r\n");
                assertThat(all(connection))
                        .isEqualTo("GET http://a/1 HTTP/1.1\r\nHost: a\r\n" + LOGIN + "\r\n"
                                + "POST http://a/2 HTTP/1.1\r\nContent-Length: 3\r\n" + LOGIN + "\r\nabc"
                                + "PUT http://a/3 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + LOGIN + "\r\n"
                                + "2;x=y\r\nde\r\n0\r\nT: u\r\n\r\n"
                                + "GET http://a/4 HTTP/1.1\r\n" + LOGIN + "\r\n");
            }
            assertThat(all(client)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
        }
    }

    @Test
    void severalTunnelsAreOpenAtTheSameTime() throws Exception {
        String head = "CONNECT a:443 HTTP/1.1\r\n" + word() + "\r\n";
        String forwarded = "CONNECT a:443 HTTP/1.1\r\n" + LOGIN + "\r\n";
        try (Socket one = client();
                Socket two = client()) {
            send(one, head);
            Socket first = next();
            send(two, head);
            Socket second = next();
            for (Socket connection : List.of(second, first)) {
                assertThat(receive(connection, forwarded.length())).isEqualTo(forwarded);
                send(connection, "HTTP/1.1 200 OK\r\n\r\n");
            }
            assertThat(receive(one, 19)).isEqualTo("HTTP/1.1 200 OK\r\n\r\n");
            send(one, "\u0016\u0003 GET x\n" + word());
            assertThat(receive(first, 9)).isEqualTo("\u0016\u0003 GET x\n");
            send(first, "back");
            assertThat(receive(one, 4)).isEqualTo("back");
            first.close();
            assertThat(all(one)).isEmpty();
            two.shutdownOutput();
            assertThat(all(second)).isEmpty();
            send(second, "late");
            second.close();
            assertThat(all(two)).startsWith("HTTP/1.1 200 OK\r\n\r\nlate");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Proxy-Authorization: Basic bWU6cCB3\r\n", "Proxy-Authorization: Basic \r\n"})
    void aRequestWithoutTheWordGoesNowhere(String login) throws Exception {
        try (Socket client = client()) {
            send(client, "GET http://a/ HTTP/1.1\r\n" + login + "\r\n");
            assertThat(all(client))
                    .startsWith("HTTP/1.1 407 ")
                    .contains("\r\nProxy-Authenticate: Basic realm=\"crossbuild\"\r\n")
                    .endsWith("\r\n\r\n");
        }
        try (Socket client = client()) {
            send(client, "GET http://a/1 HTTP/1.1\r\n" + word() + "\r\nGET http://a/2 HTTP/1.1\r\n" + login + "\r\n");
            assertThat(all(next())).isEqualTo("GET http://a/1 HTTP/1.1\r\n" + LOGIN + "\r\n");
        }
        assertThat(connections).isEmpty();
    }

    /** What two proxies may understand in two ways, or what would show the password. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "TRACE http://a/ HTTP/1.1\r\nMax-Forwards: 0\r\n",
                "GET http://a/ HTTP/2\r\n",
                "GET  http://a/ HTTP/1.1\r\n",
                "get http://a/ HTTP/1.1\r\n",
                "GET http://a/ HTTP/1.1\n",
                "GET http://a/ HTTP/1.1\r\nA : b\r\n",
                "GET http://a/ HTTP/1.1\r\nA: b\r\n c\r\n",
                "GET http://a/ HTTP/1.1\r\nA: b\nX: c\r\n",
                "GET http://a/ HTTP/1.1\r\nA: b\rX: c\r\n",
                "GET http://a/ HTTP/1.1\r\nA: b\0\r\n",
                "GET http://a/ HTTP/1.1\r\nContent-Length : 5\r\n",
                "POST http://a/ HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n",
                "POST http://a/ HTTP/1.1\r\nContent-Length: +5\r\n",
                "POST http://a/ HTTP/1.1\r\nContent-Length: 5, 5\r\n",
                "POST http://a/ HTTP/1.1\r\nContent-Length: 9999999999999999999999\r\n",
                "POST http://a/ HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n",
                "POST http://a/ HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n",
                "POST http://a/ HTTP/1.1\r\nTransfer-Encoding: identity\r\n",
                "POST http://a/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n",
            })
    void anAmbiguousRequestIsRefused(String head) throws Exception {
        try (Socket client = client()) {
            send(client, head + word() + "\r\n");
            assertThat(all(client)).startsWith("HTTP/1.1 400 Bad Request\r\n");
        }
        assertThat(connections).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1\r\n",
                "\r\n",
                "3 \r\nabc\r\n",
                "0x3\r\nabc\r\n",
                "3\r\nabcd\r\n",
                "fffffffff\r\n",
                "3\nabc\r\n",
                "0\r\nT: u\r\r\r\r\nU: v\r\n\r\n",
                "0\r\nT\r\n\r\n",
                "0\r\nContent-Length: 3\r\n\r\n",
                "0\r\nproxy-authorization: Basic bWU6\r\n\r\n"
            })
    void aMalformedChunkEndsTheConnection(String chunk) throws Exception {
        try (Socket client = client()) {
            send(
                    client,
                    "POST http://a/ HTTP/1.1\r\n" + word() + "Transfer-Encoding: chunked\r\n\r\n" + chunk
                            + "0\r\n\r\nGET http://a/2 HTTP/1.1\r\n" + word() + "\r\n");
            assertThat(all(next())).doesNotContain("/2").containsOnlyOnce("Basic");
        }
    }

    @Test
    void endlessHeadsAreRefused() throws Exception {
        for (String endless : List.of(
                "A".repeat(9000), "GET http://a/ HTTP/1.1\r\n" + ("A: " + "b".repeat(5000) + "\r\n").repeat(15))) {
            assertThatThrownBy(() -> ProxyRequest.read(in(endless)))
                    .isInstanceOf(ProxyRequest.RefusedException.class)
                    .hasMessageContaining("is longer than");
        }
        assertThat(ProxyRequest.read(in(""))).isEmpty();
    }

    private static InputStream in(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void aProxyThatIsNotThereIsReported() throws Exception {
        upstream.close();
        try (Socket client = client()) {
            send(client, "GET http://a/ HTTP/1.1\r\n" + word() + "\r\n");
            assertThat(all(client)).startsWith("HTTP/1.1 502 Bad Gateway\r\n");
        }
    }

    /** Any user of the host may connect, and say nothing. */
    @Test
    void strangersKeepNoGuestOut() throws Exception {
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 300; i++) {
                Socket stranger = client();
                strangers.add(stranger);
                send(stranger, "G");
            }
            try (Socket client = client()) {
                send(client, "CONNECT a:443 HTTP/1.1\r\n" + word() + "\r\n");
                try (Socket connection = next()) {
                    assertThat(receive(connection, 7)).isEqualTo("CONNECT");
                }
            }
        } finally {
            for (Socket stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void theEndOfTheForwarderEndsItsConnections() throws Exception {
        try (Socket client = client()) {
            send(client, "CONNECT a:443 HTTP/1.1\r\n" + word() + "\r\n");
            Socket connection = next();
            receive(connection, 20);
            forwarder.close();
            ByteArrayOutputStream rest = new ByteArrayOutputStream();
            assertThat(reads(client, rest)).isTrue();
            assertThat(reads(connection, rest)).isTrue();
        }
        assertThatThrownBy(this::client).isInstanceOf(ConnectException.class);
    }

    /** Reads to the end, which may be abrupt. */
    private static boolean reads(Socket from, ByteArrayOutputStream to) {
        try {
            from.getInputStream().transferTo(to);
        } catch (IOException e) {
            return true;
        }
        return true;
    }

    @Test
    void aRealClientGetsAFileThroughIt() throws Exception {
        byte[] content = "through".getBytes(StandardCharsets.US_ASCII);
        try (TestServer server = new TestServer()) {
            server.file("/pool/a", content);
            server.answer("/pool/a", (exchange, nth) -> {
                assertThat(exchange.getRequestHeaders().get("Proxy-Authorization"))
                        .containsExactly("Basic bWU6cCB3");
                server.give(exchange, "/pool/a", null);
            });
            HttpProxy real = new HttpProxy("127.0.0.1", server.uri("/").getPort(), "me", "p w", List.of());
            try (ProxyForwarder own = ProxyForwarder.open(real)) {
                Downloader downloader = Downloader.open(
                        DownloadOptions.of(false, BuildListener.NONE).withProxy(own.asProxy()));
                assertThat(downloader.get(URI.create("http://mirror.invalid/pool/a"), 100))
                        .isEqualTo(content);
            }
        }
    }
}
