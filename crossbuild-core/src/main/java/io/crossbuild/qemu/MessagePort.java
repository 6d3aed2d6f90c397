// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.process.Deadline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The host's end of a virtio-serial port: lines of text or bytes, both ways. The guest sees when this end is closed.
 *
 * <p>One thread at a time may read, and one may write. When QEMU ends, a wait here ends at once.
 */
public final class MessagePort implements AutoCloseable {
    /** How much arrives at once, at most. */
    public static final int BUFFER_BYTES = 32 << 10;

    private static final int MAX_LINE_BYTES = 64 << 10;

    private final String name;
    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private MessagePort(String name, SocketChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    /** The port at the other end of a connection. */
    public static MessagePort of(String name, SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new MessagePort(name, channel);
    }

    public String name() {
        return name;
    }

    SocketChannel channel() {
        return channel;
    }

    /**
     * Waits for the guest's next line.
     *
     * @return the line without its end
     * @throws IOException when no line arrived in time, the machine ended, or the line has more than 64 KiB
     */
    public String readLine(Deadline deadline) throws IOException, InterruptedException {
        Optional<String> text = pollLine();
        while (text.isEmpty()) {
            await(SelectionKey.OP_READ, deadline);
            text = pollLine();
        }
        return text.get();
    }

    /**
     * The guest's next line, if it has arrived completely.
     *
     * @throws IOException as {@link #readLine}
     */
    public Optional<String> pollLine() throws IOException {
        do {
            while (received.hasRemaining()) {
                byte b = received.get();
                if (b == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8);
                    line.reset();
                    return Optional.of(text);
                }
                if (line.size() == MAX_LINE_BYTES) {
                    throw new IOException("A message of the guest on port '" + name + "' is longer than "
                            + MAX_LINE_BYTES + " bytes");
                }
                line.write(b);
            }
        } while (receive());
        return Optional.empty();
    }

    /**
     * Takes bytes that have arrived.
     *
     * @return the number of bytes; 0 when there are none
     * @throws IOException when the machine ended
     */
    public int poll(byte[] bytes) throws IOException {
        if (!received.hasRemaining() && !receive()) {
            return 0;
        }
        int length = Math.min(bytes.length, received.remaining());
        received.get(bytes, 0, length);
        return length;
    }

    private boolean receive() throws IOException {
        received.clear();
        int read;
        try {
            read = channel.read(received);
        } finally {
            received.flip();
        }
        if (read < 0) {
            throw new IOException("The port '" + name + "' was closed: the machine has ended");
        }
        return read > 0;
    }

    /**
     * Sends a line to the guest.
     *
     * @throws IOException when the guest does not accept it in time, or the machine ended
     */
    public void writeLine(String text, Deadline deadline) throws IOException, InterruptedException {
        write((text + "\n").getBytes(StandardCharsets.UTF_8), deadline);
    }

    /**
     * Sends bytes to the guest.
     *
     * @throws IOException as {@link #writeLine}
     */
    public void write(byte[] bytes, Deadline deadline) throws IOException, InterruptedException {
        ByteBuffer rest = ByteBuffer.wrap(bytes);
        while (channel.write(rest) >= 0 && rest.hasRemaining()) {
            await(SelectionKey.OP_WRITE, deadline);
        }
    }

    private void await(int operation, Deadline deadline) throws IOException, InterruptedException {
        try (Selector selector = Selector.open()) {
            SelectionKey key = channel.register(selector, operation);
            while (selector.select(deadline.remainingMillis()) == 0) {
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                if (deadline.isExpired()) {
                    throw new IOException("No message on port '" + name + "' within " + deadline);
                }
            }
            key.cancel();
        }
    }

    /** Closes this end; the guest notices. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed nevertheless.
        }
    }
}
