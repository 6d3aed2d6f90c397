// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** QEMU's end of a QMP connection, over a real Unix-domain socket. The test determines its answers. */
public final class FakeQmpServer implements AutoCloseable {
    /** The first line that every QEMU sends. */
    public static final String GREETING =
            "{\"QMP\": {\"version\": {\"qemu\": {\"micro\": 13, \"minor\": 0, \"major\": 10}, \"package\": \"x\"},"
                    + " \"capabilities\": [\"oob\"]}}";

    /** What the fake does with a command. */
    @FunctionalInterface
    public interface Answers {
        /**
         * @param id the command's id as JSON
         * @return the lines to send, none for no answer
         */
        List<String> to(String command, JsonNode arguments, String id);
    }

    private static final ObjectMapper JSON = new ObjectMapper();

    private final @Nullable ServerSocketChannel server;
    private final @Nullable SocketChannel client;
    private final SocketChannel own;
    private final Answers answers;
    private final List<String> commands = new CopyOnWriteArrayList<>();

    private FakeQmpServer(
            @Nullable ServerSocketChannel server, @Nullable SocketChannel client, SocketChannel own, Answers answers) {
        this.server = server;
        this.client = client;
        this.own = own;
        this.answers = answers;
    }

    /** Starts a fake that sends {@code greeting}, accepts the negotiation, and answers the rest as told. */
    public static FakeQmpServer start(Path directory, String greeting, Answers answers) throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("qmp"));
        ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(address);
        SocketChannel client = SocketChannel.open(address);
        FakeQmpServer fake = new FakeQmpServer(server, client, server.accept(), answers);
        fake.send(greeting);
        Thread thread = new Thread(fake::serve, "fake-qmp");
        thread.setDaemon(true);
        thread.start();
        return fake;
    }

    /** Connects to a socket, as QEMU does when it starts. */
    public static FakeQmpServer connect(Path socket, Answers answers) throws IOException {
        SocketChannel own = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        FakeQmpServer fake = new FakeQmpServer(null, null, own, answers);
        fake.send(GREETING);
        Thread thread = new Thread(fake::serve, "fake-qmp");
        thread.setDaemon(true);
        thread.start();
        return fake;
    }

    public static FakeQmpServer start(Path directory, Answers answers) throws IOException {
        return start(directory, GREETING, answers);
    }

    public static String returning(String id, String json) {
        return "{\"return\": " + json + ", \"id\": " + id + "}";
    }

    /** The end for the client under test. */
    public SocketChannel channel() {
        return Objects.requireNonNull(client);
    }

    /** The names of the commands so far, without the negotiation. */
    public List<String> commands() {
        return commands;
    }

    /** Sends something without a command. */
    public void send(String line) throws IOException {
        synchronized (own) {
            ByteBuffer bytes = ByteBuffer.wrap((line + "\r\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                own.write(bytes);
            }
        }
    }

    /** Ends the connection as a dying QEMU does. */
    public void die() throws IOException {
        own.close();
    }

    private void serve() {
        QmpLineReader lines = new QmpLineReader(own);
        try {
            for (byte[] line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode message = JSON.readTree(line);
                String command = message.path("execute").asText();
                String id = message.path("id").toString();
                if (command.equals("qmp_capabilities")) {
                    send(returning(id, "{}"));
                    continue;
                }
                commands.add(command);
                for (String answer : answers.to(command, message.path("arguments"), id)) {
                    send(answer);
                }
            }
        } catch (IOException e) {
            // The test closed one of the ends.
        }
    }

    @Override
    public void close() throws IOException {
        own.close();
        if (client != null) {
            client.close();
        }
        if (server != null) {
            server.close();
        }
    }
}
