// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.process.Deadline;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MessagePortTest {
    @TempDir
    Path directory;

    private SocketChannel guest;
    private MessagePort port;

    @BeforeEach
    void connect() throws IOException {
        UnixDomainSocketAddress address = UnixDomainSocketAddress.of(directory.resolve("s"));
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(address);
            guest = SocketChannel.open(address);
            port = MessagePort.of("crossbuild", server.accept());
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        port.close();
        guest.close();
    }

    @Test
    void linesComeWholeHoweverTheyWereSent() throws Exception {
        send("read");
        send("y\nsecond\nth");
        assertThat(port.readLine(soon())).isEqualTo("ready");
        assertThat(port.readLine(soon())).isEqualTo("second");
        send("ird ü\n");
        assertThat(port.readLine(soon())).isEqualTo("third ü");
    }

    @Test
    void aLineGoesToTheGuest() throws Exception {
        port.writeLine("go ü", soon());
        ByteBuffer buffer = ByteBuffer.allocate(100);
        guest.read(buffer);
        assertThat(new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8))
                .isEqualTo("go ü\n");
    }

    @Test
    void aSilentGuestTimesOutAndIsHeardLater() throws Exception {
        send("half");
        assertThatThrownBy(() -> port.readLine(Deadline.after(Duration.ofMillis(30))))
                .isInstanceOf(IOException.class)
                .hasMessage("No message on port 'crossbuild' within 30 ms");
        send(" and half\n");
        assertThat(port.readLine(soon())).isEqualTo("half and half");
    }

    @Test
    void aGuestThatTakesNothingTimesOut() {
        String much = "x".repeat(8 << 20);
        assertThatThrownBy(() -> port.writeLine(much, Deadline.after(Duration.ofMillis(50))))
                .isInstanceOf(IOException.class);
    }

    @Test
    void theEndOfTheMachineEndsTheWait() throws Exception {
        guest.close();
        assertThatThrownBy(() -> port.readLine(Deadline.after(Duration.ofHours(1))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the machine has ended");
    }

    @Test
    void aLineWithNoEndIsBounded() throws Exception {
        Thread sender = new Thread(() -> {
            try {
                send("x".repeat(200_000));
            } catch (IOException e) {
                // The port was closed first.
            }
        });
        sender.start();
        assertThatThrownBy(() -> port.readLine(soon()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("longer than 65536 bytes");
        port.close();
        sender.join();
    }

    @Test
    void theGuestSeesThePortClosed() throws Exception {
        port.close();
        assertThat(guest.read(ByteBuffer.allocate(1))).isEqualTo(-1);
    }

    @Test
    void theWaitCanBeInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> port.readLine(Deadline.after(Duration.ofHours(1))))
                .isInstanceOf(InterruptedException.class);
    }

    private void send(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        while (bytes.hasRemaining()) {
            guest.write(bytes);
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(20));
    }
}
