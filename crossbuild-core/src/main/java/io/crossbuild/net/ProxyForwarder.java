// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.spec.HttpProxy;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A proxy for one machine in front of a proxy with a password: it adds the password, so that the guest need not know it.
 * It listens on a port of 127.0.0.1, the only address of the host that QEMU's user network leads to, and serves only
 * requests with a random word, which that machine alone is told and which is of no use once the machine has ended.
 */
public final class ProxyForwarder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ProxyForwarder.class);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final String USER = "crossbuild";
    private static final int WORD_BYTES = 16;
    /** A guest may open more connections than it needs. */
    private static final int MAX_CONNECTIONS = 256;

    private static final int CONNECT_MILLIS = 30_000;
    private static final int HEAD_MILLIS = 60_000;
    private static final int PAUSE_MILLIS = 100;
    private static final int BUFFER_BYTES = 64 << 10;

    private final HttpProxy proxy;
    private final String word;
    private final ServerSocket server;
    private final String ownLogin;
    private final String login;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
    /** Those of them that have not said the word yet, in order: any user of the host may connect. */
    private final Queue<Socket> strangers = new ConcurrentLinkedQueue<>();

    private ProxyForwarder(HttpProxy proxy, String word, ServerSocket server) {
        this.proxy = proxy;
        this.word = word;
        this.server = server;
        this.ownLogin = ProxyRequest.login(USER, word);
        this.login = ProxyRequest.login(
                Objects.requireNonNullElse(proxy.user(), ""), Objects.requireNonNullElse(proxy.password(), ""));
    }

    /** Forwards to a proxy until it is closed. */
    public static ProxyForwarder open(HttpProxy proxy) throws IOException {
        byte[] random = new byte[WORD_BYTES];
        RANDOM.nextBytes(random);
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        ProxyForwarder forwarder = new ProxyForwarder(proxy, HexFormat.of().formatHex(random), server);
        start("crossbuild-proxy", forwarder::accept);
        return forwarder;
    }

    /** The proxy that the machine is told about: this one, with a word instead of the password. */
    public HttpProxy asProxy() {
        return new HttpProxy("127.0.0.1", server.getLocalPort(), USER, word, proxy.exceptions());
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static Thread start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException | InterruptedException e) {
                        // Both ends of the connection notice that it is closed.
                        LOG.debug("{}: {}", name, e.toString());
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private void accept() throws IOException, InterruptedException {
        while (!server.isClosed()) {
            try {
                accept(server.accept());
            } catch (IOException e) {
                // Such as too many open files, which passes; or the server was closed.
                LOG.debug("no connection", e);
                Thread.sleep(PAUSE_MILLIS);
            }
        }
    }

    private void accept(Socket client) {
        if (clients.size() >= MAX_CONNECTIONS) {
            Socket oldest = strangers.poll();
            close(oldest == null ? client : oldest);
            if (oldest == null) {
                return;
            }
        }
        clients.add(client);
        strangers.add(client);
        start("crossbuild-proxy-requests", () -> {
            try (client) {
                serve(client);
            } finally {
                strangers.remove(client);
                clients.remove(client);
            }
        });
    }

    private void serve(Socket client) throws IOException, InterruptedException {
        client.setSoTimeout(HEAD_MILLIS);
        InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
        Optional<ProxyRequest> first;
        try {
            first = ProxyRequest.read(in);
        } catch (ProxyRequest.RefusedException e) {
            answer(client, "400 Bad Request");
            throw e;
        }
        if (first.isEmpty()) {
            return;
        }
        if (!first.get().hasLogin(ownLogin)) {
            answer(client, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"crossbuild\"");
            return;
        }
        strangers.remove(client);
        client.setSoTimeout(0);
        try (Socket origin = connect(client)) {
            Thread answers = start("crossbuild-proxy-answers", () -> copyAnswers(origin, client));
            forward(first.get(), in, origin.getOutputStream());
            origin.shutdownOutput();
            answers.join();
        }
    }

    private Socket connect(Socket client) throws IOException {
        Socket origin = new Socket();
        try {
            origin.connect(new InetSocketAddress(proxy.host(), proxy.port()), CONNECT_MILLIS);
            return origin;
        } catch (IOException e) {
            origin.close();
            answer(client, "502 Bad Gateway");
            throw e;
        }
    }

    private static void answer(Socket client, String status) throws IOException {
        String head = "HTTP/1.1 " + status + "\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        client.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
    }

    private static void copyAnswers(Socket origin, Socket client) throws IOException {
        try {
            origin.getInputStream().transferTo(client.getOutputStream());
        } finally {
            // No further request can be answered.
            client.shutdownOutput();
            client.shutdownInput();
        }
    }

    /** Passes requests on, each with the login, until the client has no more. */
    private void forward(ProxyRequest first, InputStream in, OutputStream out) throws IOException {
        Optional<ProxyRequest> next = Optional.of(first);
        while (next.isPresent() && next.get().hasLogin(ownLogin)) {
            ProxyRequest request = next.get();
            out.write(request.head(login));
            if (request.isTunnel()) {
                in.transferTo(out);
                return;
            }
            request.copyBody(in, out);
            next = ProxyRequest.read(in);
        }
    }

    /** Ends all connections. */
    @Override
    public void close() {
        close(server);
        clients.forEach(ProxyForwarder::close);
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("closing {}", socket, e);
        }
    }
}
