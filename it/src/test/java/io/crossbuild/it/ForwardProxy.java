// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An HTTP proxy on the loopback interface that forwards everything and records the requested hosts. */
final class ForwardProxy implements AutoCloseable {
    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final ExecutorService threads = Executors.newCachedThreadPool(work -> {
        Thread thread = new Thread(work, "forward-proxy");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<String> logins = new ConcurrentSkipListSet<>();
    private final Set<String> requests = new ConcurrentSkipListSet<>();

    ForwardProxy() throws IOException {
        threads.execute(() -> {
            while (!server.isClosed()) {
                try {
                    Socket client = server.accept();
                    threads.execute(() -> serve(client));
                } catch (IOException e) {
                    // Closed.
                }
            }
        });
    }

    int port() {
        return server.getLocalPort();
    }

    /** The user agent of each request, a space and the requested host. */
    Set<String> requests() {
        return Set.copyOf(requests);
    }

    /** The values of {@code Proxy-Authorization}; "none" for a request without. */
    Set<String> logins() {
        return Set.copyOf(logins);
    }

    private void serve(Socket client) {
        try (client) {
            String head = head(client.getInputStream());
            String[] line = head.substring(0, head.indexOf("\r\n")).split(" ");
            boolean tunnel = line[0].equals("CONNECT");
            URI target = URI.create(tunnel ? "https://" + line[1] : line[1]);
            requests.add(field(head, "user-agent").split("[ /]")[0] + " " + target.getHost());
            logins.add(field(head, "proxy-authorization"));
            int port = target.getPort() >= 0 ? target.getPort() : tunnel ? 443 : 80;
            try (Socket origin = new Socket(target.getHost(), port)) {
                if (tunnel) {
                    client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                } else {
                    // RFC 9112, 3.2.2: servers also accept the absolute form.
                    origin.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
                }
                threads.execute(() -> copy(client, origin));
                copy(origin, client);
            }
        } catch (IOException e) {
            // One of both has left.
        }
    }

    private static String field(String head, String name) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("none");
    }

    private static String head(InputStream in) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new IOException("the client closed the connection");
            }
            head.write(b);
        }
        return head.toString(StandardCharsets.ISO_8859_1);
    }

    private static void copy(Socket from, Socket to) {
        try {
            OutputStream out = to.getOutputStream();
            from.getInputStream().transferTo(out);
            to.shutdownOutput();
        } catch (IOException e) {
            // One of both has left.
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        threads.shutdownNow();
    }
}
