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

/**
 * The host's end of a virtio-serial port: lines of text, both ways. The guest sees the port closed when this end is.
 *
 * <p>For one thread at a time. When QEMU ends, a wait here ends at once.
 */
public final class MessagePort implements AutoCloseable {
    private static final int MAX_LINE_BYTES = 64 << 10;

    private final String name;
    private final SocketChannel channel;
    private final ByteBuffer received = ByteBuffer.allocate(8 << 10).flip();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();

    private MessagePort(String name, SocketChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    static MessagePort of(String name, SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        return new MessagePort(name, channel);
    }

    public String name() {
        return name;
    }

    /**
     * Waits for the next line of the guest.
     *
     * @return the line without its end
     * @throws IOException when none came in time, the machine ended, or the line has over 64 KiB
     */
    public String readLine(Deadline deadline) throws IOException, InterruptedException {
        while (true) {
            while (received.hasRemaining()) {
                byte b = received.get();
                if (b == '\n') {
                    String text = line.toString(StandardCharsets.UTF_8);
                    line.reset();
                    return text;
                }
                if (line.size() == MAX_LINE_BYTES) {
                    throw new IOException("A message of the guest on port '" + name + "' is longer than "
                            + MAX_LINE_BYTES + " bytes");
                }
                line.write(b);
            }
            await(SelectionKey.OP_READ, deadline);
            received.clear();
            int read = channel.read(received);
            received.flip();
            if (read < 0) {
                throw new IOException("The port '" + name + "' was closed: the machine has ended");
            }
        }
    }

    /**
     * Sends a line to the guest.
     *
     * @throws IOException when the guest does not take it in time, or the machine ended
     */
    public void writeLine(String text, Deadline deadline) throws IOException, InterruptedException {
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        while (channel.write(bytes) >= 0 && bytes.hasRemaining()) {
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

    /** Closes this end; the guest can tell. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed all the same.
        }
    }
}
