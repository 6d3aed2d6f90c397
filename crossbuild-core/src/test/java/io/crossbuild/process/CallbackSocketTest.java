// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.PretendedHost;
import io.crossbuild.io.HostOs;
import io.crossbuild.io.RecursiveDelete;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
                .hasMessageContaining("expected at most " + HostOs.current().maxSocketPathBytes());
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void theLongestPathThatIsAllowedIsTheLongestThatJavaTakes() throws Exception {
        assertThat(HostOs.MACOS.maxSocketPathBytes()).isEqualTo(102);
        Path longest = directory.resolve("x"
                .repeat(HostOs.LINUX.maxSocketPathBytes() - directory.toString().length() - 1));
        CallbackSocket.bind(longest).close();
        Path longer = Path.of(longest + "x");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThatThrownBy(() -> server.bind(UnixDomainSocketAddress.of(longer)))
                    .hasMessageContaining("too long");
        }
        assertThatThrownBy(() -> CallbackSocket.bind(longer)).hasMessageContaining("expected at most 106");
    }

    /** The temporary directories of macOS have 49 bytes. */
    @ParameterizedTest
    @ValueSource(ints = {49, 71, 72, 103, 150})
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no short directory")
    void socketsHaveAPlaceHoweverLongThePathOfTemporaryFilesIs(int bytes) throws Exception {
        String name = "ü".repeat((bytes - 5) / 2) + "x".repeat((bytes - 5) % 2);
        Path temporary = Files.createDirectories(Path.of("/tmp", name));
        try {
            assertThat(temporary.toString().getBytes(StandardCharsets.UTF_8)).hasSize(bytes);
            for (HostOs os : List.of(HostOs.LINUX, HostOs.MACOS)) {
                try (PretendedHost pretended = PretendedHost.of(os)) {
                    Path parent = SocketDirectory.parent(temporary, os);
                    assertThat(parent)
                            .as("%s", pretended)
                            .isEqualTo(bytes <= os.maxSocketPathBytes() - 31 ? temporary : Path.of("/tmp"));
                    Path own = Files.createDirectory(parent.resolve("cbs" + Long.toUnsignedString(-1)));
                    try (CallbackSocket socket = CallbackSocket.bind(own.resolve("port15"))) {
                        assertThat(socket.path()).exists();
                    }
                    Files.delete(own);
                }
            }
            assertThat(SocketDirectory.parent(temporary, HostOs.WINDOWS)).isEqualTo(temporary);
        } finally {
            RecursiveDelete.delete(temporary);
        }
    }

    @Test
    void aSocketDirectoryIsKnownWhereverItWasMade() throws Exception {
        Path made = SocketDirectory.make();
        Files.delete(made);
        assertThat(SocketDirectory.isOne(made)).isTrue();
        assertThat(SocketDirectory.isOne(made.resolveSibling("other"))).isFalse();
        assertThat(SocketDirectory.isOne(directory.resolve("cbs1"))).isFalse();
        assertThat(SocketDirectory.isOne(Path.of("/tmp/cbs1"))).isTrue();
    }
}
