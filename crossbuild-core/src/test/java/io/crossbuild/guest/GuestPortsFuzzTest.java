// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.io.BoundedSink;
import io.crossbuild.io.OutputSink;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.MessagePort;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What a hostile guest writes to its ports: the sockets are real, and hold what is written before it is read. */
class GuestPortsFuzzTest {
    private static final String MARK = "0123456789abcdef";
    private static final ServerSocketChannel SERVER = server();

    private static ServerSocketChannel server() {
        try {
            Path directory = Files.createTempDirectory("cbf");
            directory.toFile().deleteOnExit();
            Path socket = directory.resolve("port");
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            socket.toFile().deleteOnExit();
            return server;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The guest's end of a port on which it has said everything that it ever will. */
    private static SocketChannel guest(byte[] said) throws IOException {
        SocketChannel end = SocketChannel.open(SERVER.getLocalAddress());
        // More than a socket holds would block: this thread is the reader, too.
        end.configureBlocking(false);
        end.write(ByteBuffer.wrap(said));
        end.shutdownOutput();
        return end;
    }

    private static MessagePort port() throws IOException {
        return MessagePort.of("p", SERVER.accept());
    }

    static Stream<byte[]> outputs() {
        return Stream.of(
                        "plain",
                        "a\0" + MARK + "b",
                        "\0\0" + MARK.substring(0, 7) + "\0" + MARK,
                        "\0".repeat(40) + MARK + "\0" + MARK)
                .map(GuestPortsFuzzTest::utf8);
    }

    @MethodSource("outputs")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void theOutputIsWhatComesBeforeTheMark(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\0" + MARK);
        Fuzzing.check(bytes, () -> {
            try (SocketChannel guest = guest(bytes);
                    MessagePort port = port()) {
                assertThat(guest.isOpen()).isTrue();
                ByteArrayOutputStream seen = new ByteArrayOutputStream();
                MarkedOutput output = new MarkedOutput(port, MARK, seen::write);
                if (end >= 0) {
                    assertThat(output.poll(new byte[MessagePort.BUFFER_BYTES])).isTrue();
                    assertThat(seen.toString(StandardCharsets.ISO_8859_1)).isEqualTo(text.substring(0, end));
                } else {
                    assertThatThrownBy(() -> output.poll(new byte[MessagePort.BUFFER_BYTES]))
                            .isInstanceOf(IOException.class)
                            .hasMessageContaining("the machine has ended");
                    // A mark that began is not output before it is known that it is none.
                    assertThat(text).startsWith(seen.toString(StandardCharsets.ISO_8859_1));
                }
            }
        });
    }

    static Stream<byte[]> conversations() {
        return Stream.of(
                Fuzzing.joined("ended 0\n", "out\n", "err\n", "state"),
                Fuzzing.joined("ended 99999999999\n", "\0", "", ""),
                Fuzzing.joined("mounted\n", "", "", ""),
                Fuzzing.joined("ended " + "1".repeat(3000), "", "", ""));
    }

    @MethodSource("conversations")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void noConversationLooksLikeTheEndOfACommand(byte[] bytes) {
        byte[][] said = Fuzzing.parts(bytes, GuestPorts.NAMES.size());
        Fuzzing.check(bytes, () -> {
            List<SocketChannel> ends = new ArrayList<>();
            List<MessagePort> ports = new ArrayList<>();
            try {
                for (byte[] each : said) {
                    ends.add(guest(each));
                    ports.add(port());
                }
                BoundedSink out = new BoundedSink(1 << 16);
                GuestCommand command = new GuestCommand("true", "input", out, OutputSink.NONE, OutputSink.NONE);
                // The guest cannot know the mark.
                assertThatThrownBy(() -> new GuestPorts(ports).run(command, Deadline.after(Duration.ofSeconds(10))))
                        .isInstanceOf(IOException.class);
            } finally {
                for (MessagePort port : ports) {
                    port.close();
                }
                for (SocketChannel end : ends) {
                    end.close();
                }
            }
        });
    }

    static Stream<byte[]> lines() {
        return Stream.of("mounted root\nended 0\n", "ended 99999999999\nended\nended x\n", "\u00e4\n\nended -1\nrest")
                .map(GuestPortsFuzzTest::utf8);
    }

    @MethodSource("lines")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void words(byte[] bytes) {
        Fuzzing.check(bytes, () -> {
            try (SocketChannel guest = guest(bytes);
                    MessagePort port = port()) {
                assertThat(guest.isOpen()).isTrue();
                Optional<String> line = port.pollLine();
                while (line.isPresent()) {
                    try {
                        GuestPorts.status(line.get());
                        assertThat(line.get()).startsWith("ended ");
                    } catch (IOException e) {
                        assertThat(e).hasMessageContaining("expected");
                    }
                    line = port.pollLine();
                }
            }
        });
    }

    static Stream<byte[]> states() {
        return Stream.of(
                        "123\0junk\0" + MARK + "\0/home\n\0declare -x A=1\0node\0sh\0" + MARK + "\0junk",
                        "\0" + MARK + "\0" + MARK + "\0",
                        "\0" + MARK + "\0\0\0" + MARK + "\0",
                        "9223372036854775807\0" + MARK,
                        "-9223372036854775808",
                        "1780000000000000")
                .map(GuestPortsFuzzTest::utf8);
    }

    @MethodSource("states")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void theStateThatAStepLeaves(byte[] bytes) {
        String said = new String(bytes, StandardCharsets.UTF_8);
        Fuzzing.check(bytes, () -> {
            StepExit exit = VirtualGuest.exit(0, said, MARK, Optional.empty());
            exit.left().ifPresent(state -> {
                assertThat(said).contains(MARK);
                assertThat(state.directory()).doesNotContain("\0");
                assertThat(state.exports()).doesNotContain("\0");
            });
        });
        Fuzzing.check(bytes, () -> VirtualGuest.window(said, "1780000000"));
        Fuzzing.check(bytes, () -> VirtualGuest.window("1780000000000000", said));
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
