// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.crossbuild.debian.Mirror;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A mirror on this host that passes on the files of a real mirror, some of them changed. */
final class TamperingMirror implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client =
            HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NORMAL).build();
    private final URI real;
    private final Predicate<String> affected;
    private final UnaryOperator<byte[]> change;

    private TamperingMirror(URI real, Predicate<String> affected, UnaryOperator<byte[]> change) throws IOException {
        this.real = real;
        this.affected = affected;
        this.change = change;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/debian/", this::answer);
        server.start();
    }

    /**
     * Starts a mirror.
     *
     * @param affected the paths below the mirror's root whose content it changes
     */
    static TamperingMirror start(Predicate<String> affected, UnaryOperator<byte[]> change) throws Exception {
        return new TamperingMirror(Mirror.choose(null).root(), affected, change);
    }

    String address() {
        return "http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + "/debian";
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getRawPath().substring("/debian/".length());
            HttpResponse<InputStream> response =
                    fetch(path, exchange.getRequestHeaders().getFirst("Range"));
            try (InputStream body = response.body()) {
                if (response.statusCode() == 200 && affected.test(path)) {
                    byte[] changed = change.apply(body.readAllBytes());
                    exchange.sendResponseHeaders(200, changed.length);
                    exchange.getResponseBody().write(changed);
                } else {
                    long length = response.headers()
                            .firstValueAsLong("Content-Length")
                            .orElse(0);
                    exchange.sendResponseHeaders(response.statusCode(), length == 0 ? -1 : length);
                    body.transferTo(exchange.getResponseBody());
                }
            }
        }
    }

    private HttpResponse<InputStream> fetch(String path, @Nullable String range) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(real.resolve("./" + path));
        if (range != null) {
            request.header("Range", range);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
