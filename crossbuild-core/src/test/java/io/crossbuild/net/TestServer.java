// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A web server on the loopback interface. It supports ranges; single paths can be made to misbehave. */
public final class TestServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<String> requests = new CopyOnWriteArrayList<>();

    /** What a path does instead of returning its file. */
    @FunctionalInterface
    public interface Answer {
        /** @param nth how often the path has been requested, from 1 */
        void give(HttpExchange exchange, int nth) throws IOException, InterruptedException;
    }

    public TestServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI uri(String path) {
        return URI.create("http://" + server.getAddress().getAddress().getHostAddress() + ":"
                + server.getAddress().getPort() + path);
    }

    public void file(String path, byte[] content) {
        files.put(path, content);
    }

    /** What a path returns. */
    public byte[] content(String path) {
        return Objects.requireNonNull(files.get(path));
    }

    public void answer(String path, Answer answer) {
        answers.put(path, answer);
    }

    public void noAnswer(String path) {
        answers.remove(path);
    }

    public void remove(String path) {
        files.remove(path);
    }

    /** The requests: the path, then a blank and the requested range, if there was one. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath();
        @Nullable String range = exchange.getRequestHeaders().getFirst("Range");
        requests.add(range == null ? path : path + " " + range);
        try (exchange) {
            Answer answer = answers.get(path);
            if (answer != null) {
                answer.give(exchange, (int) requests.stream()
                        .filter(r -> r.equals(path) || r.startsWith(path + " "))
                        .count());
            } else {
                give(exchange, path, range);
            }
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** Returns the file of a path as a well-behaved server does. */
    public void give(HttpExchange exchange, String path, @Nullable String range) throws IOException {
        byte[] content = files.get(path);
        if (content == null) {
            exchange.sendResponseHeaders(404, -1);
            return;
        }
        int from = range == null ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        if (from >= content.length && from > 0) {
            exchange.sendResponseHeaders(416, -1);
            return;
        }
        if (from > 0) {
            exchange.getResponseHeaders()
                    .add("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        int length = content.length - from;
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, length == 0 ? -1 : length);
        exchange.getResponseBody().write(content, from, length);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
