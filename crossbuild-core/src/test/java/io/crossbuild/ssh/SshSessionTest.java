// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.crossbuild.process.Deadline;
import io.crossbuild.spec.UserTerminal;
import io.crossbuild.ssh.SshException.Reason;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the server runs POSIX shells")
class SshSessionTest {
    private static final SshKeyPair HOST = SshKeyPair.generate();
    private static final SshKeyPair CLIENT = SshKeyPair.generate();
    private static ShellServer server;
    private static SshSession session;

    @TempDir
    Path directory;

    @BeforeAll
    static void connect() throws Exception {
        server = ShellServer.start(HOST, CLIENT.publicKey());
        session = SshSession.connect(server.port(), "root", HOST.publicKey(), CLIENT, soon());
    }

    @AfterAll
    static void disconnect() throws Exception {
        session.close();
        server.close();
    }

    @Test
    void statusAndBothStreamsComeThrough() throws Exception {
        Streams user = new Streams("");
        assertThat(session.interact("echo out; echo err >&2; exit 42", user, soon()))
                .isEqualTo(42);
        assertThat(user.output).hasToString("out\n");
        assertThat(user.errors).hasToString("err\n");
        assertThat(user.begun).isTrue();
    }

    @Test
    void standardInputReachesTheCommand() throws Exception {
        Streams user = new Streams("a\nb\n".repeat(20_000));
        assertThat(session.interact("wc -c | tr -d ' '", user, soon())).isZero();
        assertThat(user.output).hasToString("80000\n");
    }

    @Test
    void aCommandMayEndWithoutReadingItsInput() throws Exception {
        assertThat(session.interact("exit 3", new Streams("x".repeat(8 << 20)), soon()))
                .isEqualTo(3);
    }

    @Test
    void whatIsPrintedIsThereWhileTheCommandRuns() throws Exception {
        Streams user = new Streams("");
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Path flag = directory.resolve("flag");
        Thread thread = new Thread(() -> {
            try {
                status.complete(session.interact(
                        "echo first; while [ ! -e '" + flag + "' ]; do sleep 0.01; done; echo second", user, soon()));
            } catch (IOException | InterruptedException e) {
                status.completeExceptionally(e);
            }
        });
        thread.start();
        for (int i = 0; i < 1000 && user.output.size() == 0; i++) {
            Thread.sleep(10);
        }
        assertThat(user.output).hasToString("first\n");
        assertThat(status).isNotDone();
        Files.createFile(flag);
        assertThat(status.get(10, TimeUnit.SECONDS)).isZero();
        assertThat(user.output).hasToString("first\nsecond\n");
    }

    @Test
    void muchOutputOnBothStreamsDoesNotBlock() throws Exception {
        Streams user = new Streams("");
        int status = session.interact("head -c 5000000 /dev/zero & head -c 5000000 /dev/zero >&2; wait", user, soon());
        assertThat(status).isZero();
        assertThat(user.output.size()).isEqualTo(5_000_000);
        assertThat(user.errors.size()).isEqualTo(5_000_000);
    }

    @Test
    void aSignalIsToldAs128PlusItsNumber() throws Exception {
        try (ShellServer signals = ShellServer.start(HOST, CLIENT.publicKey());
                SshSession own = SshSession.connect(signals.port(), "root", HOST.publicKey(), CLIENT, soon())) {
            assertThat(own.interact("kill -TERM $$", new Streams(""), soon())).isEqualTo(128 + 15);
        }
    }

    @Test
    void aCommandThatDoesNotEndTimesOut() {
        Deadline deadline = Deadline.after(Duration.ofMillis(200));
        assertThatThrownBy(() -> session.interact("sleep 100", new Streams(""), deadline))
                .hasMessage("The command did not end within 200 ms")
                .asInstanceOf(type(SshException.class))
                .extracting(SshException::reason)
                .isEqualTo(Reason.TIMED_OUT);
    }

    @Test
    void aLostConnectionFailsTheCommandAtOnce() throws Exception {
        try (ShellServer dying = ShellServer.start(HOST, CLIENT.publicKey());
                SshSession own = SshSession.connect(dying.port(), "root", HOST.publicKey(), CLIENT, soon())) {
            Streams user = new Streams("") {
                @Override
                public OutputStream output() {
                    return new OutputStream() {
                        @Override
                        public void write(int b) throws IOException {
                            dying.cut();
                        }
                    };
                }
            };
            assertThatThrownBy(() -> own.interact("echo up; sleep 100", user, Deadline.after(Duration.ofHours(1))))
                    .asInstanceOf(type(SshException.class))
                    .extracting(SshException::reason)
                    .isEqualTo(Reason.CONNECTION_LOST);
            assertThatThrownBy(() -> own.interact("true", new Streams(""), soon()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void aWaitForACommandCanBeInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> session.interact("sleep 100", new Streams(""), soon()))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void anotherHostKeyIsNotAccepted() {
        assertThatThrownBy(() -> SshSession.connect(
                        server.port(), "root", SshKeyPair.generate().publicKey(), CLIENT, soon()))
                .isInstanceOf(SshException.class)
                .hasMessageStartingWith("Cannot connect to the guest at '127.0.0.1:" + server.port() + "': ");
    }

    @Test
    void anotherClientKeyIsNotAcceptedByTheGuest() {
        assertThatThrownBy(() ->
                        SshSession.connect(server.port(), "root", HOST.publicKey(), SshKeyPair.generate(), soon()))
                .asInstanceOf(type(SshException.class))
                .extracting(SshException::reason)
                .isEqualTo(Reason.NOT_CONNECTED);
    }

    @Test
    void aGuestThatTakesTheConnectionAndIsSilentTimesOut() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            assertThatThrownBy(() -> SshSession.connect(
                            silent.getLocalPort(),
                            "root",
                            HOST.publicKey(),
                            CLIENT,
                            Deadline.after(Duration.ofMillis(200))))
                    .asInstanceOf(type(SshException.class))
                    .extracting(SshException::reason)
                    .isEqualTo(Reason.NOT_CONNECTED);
        }
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    /** A user who types a text and reads the answer. */
    private static class Streams implements UserTerminal {
        private final InputStream input;
        final ByteArrayOutputStream output = new ByteArrayOutputStream();
        final ByteArrayOutputStream errors = new ByteArrayOutputStream();
        boolean begun;

        Streams(String input) {
            this.input = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Optional<Screen> screen() {
            return Optional.empty();
        }

        @Override
        public void begin() {
            begun = true;
        }

        @Override
        public InputStream input() {
            return input;
        }

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public OutputStream errors() {
            return errors;
        }

        @Override
        public void onResize(Consumer<Size> listener) {}
    }
}
