// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.crossbuild.process.Deadline;
import io.crossbuild.ssh.SshException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
        assertThat(session.run("echo out; echo err >&2; exit 42", soon()))
                .isEqualTo(new CommandResult(42, "out\n", "err\n"));
    }

    @Test
    void standardInputReachesTheCommand() throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        byte[] input = "a\nb\n".repeat(20_000).getBytes(StandardCharsets.UTF_8);
        int status = session.exec("wc -c | tr -d ' '", input, LineSplitter.to(lines::add), OutputSink.NONE, soon());
        assertThat(status).isZero();
        assertThat(lines).containsExactly("80000");
    }

    @Test
    void withNoInputTheCommandReadsAnEmptyOne() throws Exception {
        assertThat(session.run("cat; echo end", soon()).out()).isEqualTo("end\n");
    }

    @Test
    void aCommandMayEndWithoutReadingItsInput() throws Exception {
        byte[] input = new byte[8 << 20];
        assertThat(session.exec("exit 3", input, OutputSink.NONE, OutputSink.NONE, soon()))
                .isEqualTo(3);
    }

    @Test
    void linesAreToldWhileTheCommandRuns() throws Exception {
        BlockingQueue<String> lines = new ArrayBlockingQueue<>(10);
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Path flag = directory.resolve("flag");
        Thread thread = new Thread(() -> {
            try {
                status.complete(session.exec(
                        "echo first; while [ ! -e '" + flag + "' ]; do sleep 0.01; done; echo second",
                        LineSplitter.to(lines::add),
                        OutputSink.NONE,
                        soon()));
            } catch (IOException | InterruptedException e) {
                status.completeExceptionally(e);
            }
        });
        thread.start();
        assertThat(lines.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
        assertThat(status).isNotDone();
        Files.createFile(flag);
        assertThat(lines.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
        assertThat(status.get(10, TimeUnit.SECONDS)).isZero();
    }

    @Test
    void muchOutputOnBothStreamsDoesNotBlock() throws Exception {
        AtomicLong out = new AtomicLong();
        AtomicLong err = new AtomicLong();
        int status = session.exec(
                "head -c 5000000 /dev/zero & head -c 5000000 /dev/zero >&2; wait",
                (bytes, offset, length) -> out.addAndGet(length),
                (bytes, offset, length) -> err.addAndGet(length),
                soon());
        assertThat(status).isZero();
        assertThat(out).hasValue(5_000_000);
        assertThat(err).hasValue(5_000_000);
    }

    @Test
    void commandsRunAtTheSameTime() throws Exception {
        String fifo = SshSession.quote(directory.resolve("fifo").toString());
        assertThat(session.run("mkfifo " + fifo, soon()).status()).isZero();
        CompletableFuture<String> other = CompletableFuture.supplyAsync(() -> {
            try {
                return session.run("cat <" + fifo, soon()).out();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(session.run("echo through >" + fifo, soon()).status()).isZero();
        assertThat(other.get(10, TimeUnit.SECONDS)).isEqualTo("through\n");
    }

    @Test
    void aSignalIsToldAs128PlusItsNumber() throws Exception {
        try (ShellServer signals = ShellServer.start(HOST, CLIENT.publicKey());
                SshSession own = SshSession.connect(signals.port(), "root", HOST.publicKey(), CLIENT, soon())) {
            assertThat(own.exec("kill -TERM $$", OutputSink.NONE, OutputSink.NONE, soon()))
                    .isEqualTo(128 + 15);
        }
    }

    @Test
    void aCommandThatDoesNotEndTimesOutAndTheSessionGoesOn() throws Exception {
        Deadline deadline = Deadline.after(Duration.ofMillis(200));
        assertThatThrownBy(() -> session.run("sleep 100", deadline))
                .hasMessage("The command did not end within 200 ms")
                .asInstanceOf(type(SshException.class))
                .extracting(SshException::reason)
                .isEqualTo(Reason.TIMED_OUT);
        assertThat(session.run("echo still there", soon()).out()).isEqualTo("still there\n");
    }

    @Test
    void aLostConnectionFailsTheCommandAtOnce() throws Exception {
        try (ShellServer dying = ShellServer.start(HOST, CLIENT.publicKey());
                SshSession own = SshSession.connect(dying.port(), "root", HOST.publicKey(), CLIENT, soon())) {
            OutputSink cut = (bytes, offset, length) -> dying.cut();
            assertThatThrownBy(() ->
                            own.exec("echo up; sleep 100", cut, OutputSink.NONE, Deadline.after(Duration.ofHours(1))))
                    .asInstanceOf(type(SshException.class))
                    .extracting(SshException::reason)
                    .isEqualTo(Reason.CONNECTION_LOST);
            assertThatThrownBy(() -> own.run("true", soon())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFailingSinkEndsTheCommand() {
        OutputSink failing = (bytes, offset, length) -> {
            throw new IOException("disk full");
        };
        for (String to : List.of("1", "2")) {
            assertThatThrownBy(() -> session.exec(
                            "echo up >&" + to + "; sleep 100", failing, failing, Deadline.after(Duration.ofHours(1))))
                    .isInstanceOf(IOException.class)
                    .hasMessage("disk full");
        }
    }

    @Test
    void anOutputThatShouldBeSmallIsBounded() {
        assertThatThrownBy(() -> session.run("head -c 20000000 /dev/zero", soon()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("over 4194304 bytes");
    }

    @Test
    void smallFilesGoThereAndBack() throws Exception {
        String path = directory.resolve("a b'c\n$d").toString();
        byte[] content = new byte[100_000];
        new java.util.Random(1).nextBytes(content);
        session.put(path, content, 0640, soon());
        assertThat(Files.readAllBytes(Path.of(path))).isEqualTo(content);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(path))))
                .isEqualTo("rw-r-----");
        assertThat(session.get(path, 100_000, soon())).isEqualTo(content);
        assertThatThrownBy(() -> session.get(path, 99_999, soon())).hasMessageContaining("over 99999 bytes");
        assertThat(directory.toFile().list()).hasSize(1);
    }

    @Test
    void aFileThatCannotBeReadIsSaidInTheGuestsWords() {
        assertThatThrownBy(() -> session.get("/nonexistent/file", 10, soon()))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("Cannot read '/nonexistent/file' in the guest: ")
                .hasMessageContaining("o such file");
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

    @Test
    void aWaitForACommandCanBeInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> session.run("sleep 100", soon())).isInstanceOf(InterruptedException.class);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }
}
