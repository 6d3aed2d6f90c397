// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.crossbuild.process.Deadline;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client's end of a QMP connection. Safe for use by several threads; each waits for its own answer.
 *
 * <p>When the connection ends, as it does when QEMU dies, all waiting calls fail at once.
 */
public final class QmpClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(QmpClient.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ByteChannel channel;
    private final CompletableFuture<QmpVersion> greeting = new CompletableFuture<>();
    private final Map<String, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<QmpEvents> subscriptions = new CopyOnWriteArrayList<>();
    private final AtomicLong lastId = new AtomicLong();
    private final Object writeLock = new Object();
    private volatile @Nullable IOException end;

    QmpClient(ByteChannel channel) {
        this.channel = channel;
    }

    /**
     * Waits for QEMU's greeting and ends the capabilities negotiation.
     *
     * @param channel in blocking mode; closed when this fails
     * @throws QmpTimeoutException when QEMU does not answer in time
     * @throws IOException when the connection ends, or is not a QMP connection
     */
    public static QmpClient open(ByteChannel channel, Deadline deadline) throws IOException, InterruptedException {
        QmpClient client = new QmpClient(channel);
        Thread reader = new Thread(client::read, "crossbuild-qmp");
        reader.setDaemon(true);
        reader.start();
        try {
            client.await("greeting", client.greeting, deadline);
            client.execute("qmp_capabilities", deadline);
            return client;
        } catch (IOException | InterruptedException | RuntimeException e) {
            client.close();
            throw e;
        }
    }

    /** The version in QEMU's greeting. */
    public QmpVersion version() {
        return greeting.join();
    }

    /** Whether the connection is still open, as known to this side. */
    public boolean isConnected() {
        return end == null;
    }

    /** * Like {@link #execute(String, JsonNode, Deadline)}, without arguments. */
    public JsonNode execute(String command, Deadline deadline) throws IOException, InterruptedException {
        return execute(command, JsonNodeFactory.instance.objectNode(), deadline);
    }

    /**
     * Like {@link #execute(String, JsonNode, Deadline)}, with arguments that are plain Java values: strings, numbers,
     * booleans, maps, lists.
     */
    public JsonNode execute(String command, Map<String, ?> arguments, Deadline deadline)
            throws IOException, InterruptedException {
        return execute(command, JSON.<JsonNode>valueToTree(arguments), deadline);
    }

    /**
     * Executes a command.
     *
     * @return what it returned, an empty object for most
     * @throws QmpException when QEMU refused it
     * @throws QmpTimeoutException when no answer arrived in time; the command may still be executed
     * @throws IOException when the connection ended
     */
    public JsonNode execute(String command, JsonNode arguments, Deadline deadline)
            throws IOException, InterruptedException {
        String id = Long.toString(lastId.incrementAndGet());
        ObjectNode message = JSON.createObjectNode().put("execute", command).put("id", id);
        if (!arguments.isEmpty()) {
            message.set("arguments", arguments);
        }
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(id, answer);
        try {
            IOException ended = end;
            if (ended != null) {
                throw new IOException(ended.getMessage(), ended);
            }
            LOG.debug("> {}", message);
            write(message);
            JsonNode reply = await(command, answer, deadline);
            JsonNode error = reply.path("error");
            if (!error.isMissingNode()) {
                throw new QmpException(
                        command,
                        error.path("class").asText("GenericError"),
                        error.path("desc").asText(""));
            }
            return reply.path("return");
        } finally {
            pending.remove(id);
        }
    }

    /**
     * Runs a command of the human monitor, for the few tasks for which QMP has no command.
     *
     * @return what it printed
     */
    public String monitor(String commandLine, Deadline deadline) throws IOException, InterruptedException {
        return execute("human-monitor-command", Map.of("command-line", commandLine), deadline)
                .asText("");
    }

    /** Subscribes to the events with these names from now on. */
    public QmpEvents subscribe(String... names) {
        QmpEvents events = new QmpEvents(Set.of(names), subscriptions::remove);
        subscriptions.add(events);
        IOException ended = end;
        if (ended != null) {
            events.end(ended);
        }
        return events;
    }

    private void write(JsonNode message) throws IOException {
        byte[] line = (JSON.writeValueAsString(message) + "\n").getBytes(StandardCharsets.UTF_8);
        ByteBuffer bytes = ByteBuffer.wrap(line);
        synchronized (writeLock) {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }
    }

    private <T> T await(String what, CompletableFuture<T> answer, Deadline deadline)
            throws IOException, InterruptedException {
        try {
            return answer.get(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new QmpTimeoutException("QEMU did not answer '" + what + "' within " + deadline);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new IOException(cause.getMessage(), cause);
        }
    }

    /** Takes messages until the connection ends. */
    void read() {
        IOException cause = new IOException("QEMU closed the QMP connection");
        try {
            QmpLineReader lines = new QmpLineReader(channel);
            for (byte[] line = lines.readLine(); line != null; line = lines.readLine()) {
                dispatch(JSON.readTree(line));
            }
        } catch (IOException e) {
            cause = new IOException("The QMP connection failed: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            cause = new IOException("The QMP connection failed: " + e, e);
        }
        finish(cause);
    }

    private void dispatch(JsonNode message) throws IOException {
        LOG.debug("< {}", message);
        if (message.has("event")) {
            JsonNode data = message.path("data");
            QmpEvent event = new QmpEvent(
                    message.path("event").asText(), data.isObject() ? data : JsonNodeFactory.instance.objectNode());
            subscriptions.forEach(s -> s.offer(event));
        } else if (message.has("QMP")) {
            greeting.complete(QmpVersion.from(message.path("QMP").path("version")));
        } else if (message.has("return") || message.has("error")) {
            CompletableFuture<JsonNode> answer = pending.get(message.path("id").asText());
            // Without an id it answers something that was not a valid command; with an unknown id, a call that no
            // longer waits.
            if (answer != null) {
                answer.complete(message);
            }
        } else {
            throw new IOException("not a QMP message");
        }
    }

    /** Sets the end first: calls that register after that check it. */
    private void finish(IOException cause) {
        end = cause;
        greeting.completeExceptionally(cause);
        pending.values().forEach(p -> p.completeExceptionally(cause));
        subscriptions.forEach(s -> s.end(cause));
        close();
    }

    /** Ends the connection; QEMU continues. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("closing the QMP connection", e);
        }
    }
}
