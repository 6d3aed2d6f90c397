// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.crossbuild.Fuzzing;
import io.crossbuild.process.Deadline;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.MethodSource;

/** What a QEMU sends that its guest has taken over. */
class QmpFuzzTest {
    static Stream<byte[]> seeds() {
        return Stream.of(
                        FakeQmpServer.GREETING + "\r\n{\"return\": {}, \"id\": \"1\"}\r\n",
                        "{\"event\": \"SHUTDOWN\", \"data\": {\"guest\": true, \"reason\": \"x\"},"
                                + " \"timestamp\": {}}\n"
                                + "{\"event\": \"SHUTDOWN\"}\n",
                        "{\"error\": {\"class\": \"GenericError\", \"desc\": \"\\u00e4\"}, \"id\": 7}\r\n"
                                + "[1, 2.5e3, null]\n",
                        "[".repeat(2000) + "\n",
                        "{\"QMP\": 1e999999999}\n")
                .map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    @MethodSource("seeds")
    @FuzzTest(maxDuration = Fuzzing.LONG)
    void messages(byte[] bytes) {
        Fuzzing.check(bytes, () -> {
            QmpClient client = new QmpClient(new Received(bytes));
            QmpEvents events = client.subscribe("SHUTDOWN");
            client.read();
            assertThat(client.isConnected()).isFalse();
            assertThatThrownBy(() -> {
                        while (true) {
                            events.await(event -> event.text("reason").isEmpty(), soon());
                        }
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("QMP connection")
                    .satisfies(QmpFuzzTest::hasNoUntypedCause);
            assertThatThrownBy(() -> client.execute("quit", soon())).isInstanceOf(IOException.class);
        });
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(10));
    }

    private static void hasNoUntypedCause(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            assertThat(cause).isNotInstanceOf(RuntimeException.class);
        }
    }

    /** A connection over which bytes arrive; what is written to it is lost. */
    private static final class Received implements ByteChannel {
        private final ReadableByteChannel in;

        Received(byte[] bytes) {
            in = Channels.newChannel(new ByteArrayInputStream(bytes));
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return in.read(target);
        }

        @Override
        public int write(ByteBuffer source) {
            int length = source.remaining();
            source.position(source.limit());
            return length;
        }

        @Override
        public boolean isOpen() {
            return in.isOpen();
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
