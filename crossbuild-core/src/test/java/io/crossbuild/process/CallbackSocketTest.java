// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CallbackSocketTest {
    private static final CompletableFuture<Integer> RUNS = new CompletableFuture<>();

    @TempDir
    Path directory;

    @Test
    void theSocketFileIsGoneOnceTheChildHasConnected() throws Exception {
        Path path = directory.resolve("s");
        try (CallbackSocket socket = CallbackSocket.bind(path);
                SocketChannel child = SocketChannel.open(UnixDomainSocketAddress.of(path));
                SocketChannel accepted = socket.accept(RUNS, Deadline.after(Duration.ofSeconds(10)))) {
            assertThat(accepted.isBlocking()).isTrue();
            assertThat(child.isConnected()).isTrue();
            assertThat(path).doesNotExist();
            assertThatThrownBy(() -> SocketChannel.open(UnixDomainSocketAddress.of(path)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void theWaitEndsWithTheChild() throws Exception {
        try (CallbackSocket socket = CallbackSocket.bind(directory.resolve("s"))) {
            assertThatThrownBy(() -> socket.accept(
                            CompletableFuture.completedFuture(1), Deadline.after(Duration.ofSeconds(100))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the program has ended");
        }
    }

    @Test
    void theWaitEndsAtItsDeadline() throws Exception {
        try (CallbackSocket socket = CallbackSocket.bind(directory.resolve("s"))) {
            assertThatThrownBy(() -> socket.accept(RUNS, Deadline.after(Duration.ofMillis(30))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("within 30 ms");
        }
    }

    @Test
    void theWaitCanBeInterrupted() throws Exception {
        try (CallbackSocket socket = CallbackSocket.bind(directory.resolve("s"))) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> socket.accept(RUNS, Deadline.after(Duration.ofSeconds(100))))
                    .isInstanceOf(InterruptedException.class);
        }
    }

    @Test
    void aPathThatIsTooLongForASocketIsReported() {
        Path path = directory.resolve("x".repeat(120));
        assertThatThrownBy(() -> CallbackSocket.bind(path))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(path.toString())
                .hasMessageContaining("expected at most 103");
    }
}
