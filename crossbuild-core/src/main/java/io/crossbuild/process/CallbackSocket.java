// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import io.crossbuild.io.HostOs;
import io.crossbuild.io.PatientFiles;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Future;

/**
 * A Unix-domain socket that one child process connects to, once.
 *
 * <p>Since this side listens before the child starts, it need not wait for a socket file to appear. The file is removed
 * as soon as the child has connected, so that no other process can connect.
 */
public final class CallbackSocket implements AutoCloseable {
    private final Path path;
    private final ServerSocketChannel server;

    private CallbackSocket(Path path, ServerSocketChannel server) {
        this.path = path;
        this.server = server;
    }

    /**
     * Listens at {@code path}, which must not exist. Its directory must be closed to other users.
     *
     * @throws IOException when it cannot, for example because the path is longer than the host allows
     */
    public static CallbackSocket bind(Path path) throws IOException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        int most = HostOs.current().maxSocketPathBytes();
        if (length > most) {
            throw new IOException("Cannot listen at '" + path + "': the path has " + length
                    + " bytes (expected at most " + most + ")");
        }
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            server.bind(UnixDomainSocketAddress.of(path), 1);
            server.configureBlocking(false);
            return new CallbackSocket(path, server);
        } catch (IOException | RuntimeException e) {
            server.close();
            throw e;
        }
    }

    public Path path() {
        return path;
    }

    /**
     * Waits for the child to connect.
     *
     * @param end done when the child has ended, so that there will be no connection any more
     * @return the connection, in blocking mode
     * @throws IOException when the child ended, or did not connect in time
     */
    public SocketChannel accept(Future<?> end, Deadline deadline) throws IOException, InterruptedException {
        try (Selector selector = Selector.open()) {
            server.register(selector, SelectionKey.OP_ACCEPT);
            while (true) {
                SocketChannel channel = server.accept();
                if (channel != null) {
                    close();
                    return channel;
                }
                if (end.isDone()) {
                    throw new IOException("No connection to '" + path + "': the program has ended");
                }
                if (deadline.isExpired()) {
                    throw new IOException("No connection to '" + path + "' within " + deadline);
                }
                selector.select(Math.min(20, deadline.remainingMillis()));
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /** Stops listening and removes the file. */
    @Override
    public void close() throws IOException {
        server.close();
        PatientFiles.deleteIfExists(path);
    }
}
