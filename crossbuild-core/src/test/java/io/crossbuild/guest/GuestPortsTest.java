// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.io.BoundedSink;
import io.crossbuild.io.LineSplitter;
import io.crossbuild.io.OutputSink;
import io.crossbuild.process.Deadline;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@EnabledOnOs(value = OS.LINUX, disabledReason = "the guest needs setsid")
@Timeout(60)
class GuestPortsTest {
    private static final Deadline LATE = Deadline.after(Duration.ofHours(1));

    @TempDir
    Path directory;

    private final BoundedSink out = new BoundedSink(1 << 20);
    private final BoundedSink err = new BoundedSink(1 << 20);
    private HostGuest guest;
    private GuestPorts ports;

    @BeforeEach
    void connect() throws IOException {
        guest = new HostGuest(directory);
        ports = new GuestPorts(guest.ports());
    }

    @AfterEach
    void disconnect() throws IOException {
        guest.close();
    }

    @Test
    void statusAndBothStreamsComeThrough() throws Exception {
        assertThat(run("echo out; echo err >&2; exit 42", "")).isEqualTo(42);
        assertThat(text(out)).isEqualTo("out\n");
        assertThat(text(err)).isEqualTo("err\n");
    }

    @Test
    void eachCommandHasItsOwnOutput() throws Exception {
        for (int i = 0; i < 20; i++) {
            BoundedSink own = new BoundedSink(100);
            ports.run(new GuestCommand("echo " + i, own, OutputSink.NONE), soon());
            assertThat(text(own)).isEqualTo(i + "\n");
        }
    }

    @Test
    void inputOfAnyKindReachesTheCommand() throws Exception {
        String odd = " \t a\\n\\0b%s'\"$x`\0\n\rü\u20ac \\";
        run("cat", odd);
        assertThat(text(out)).isEqualTo(odd);
        String much = odd.repeat(10_000);
        BoundedSink all = new BoundedSink(1 << 20);
        ports.run(new GuestCommand("cat", much, all, OutputSink.NONE, OutputSink.NONE), soon());
        assertThat(text(all)).isEqualTo(much);
        BoundedSink none = new BoundedSink(10);
        ports.run(new GuestCommand("cat", none, OutputSink.NONE), soon());
        assertThat(none.bytes()).isEmpty();
    }

    @Test
    void aStreamIsReadWhileTheCommandRuns() throws Exception {
        PipedOutputStream typed = new PipedOutputStream();
        InputStream stream = new PipedInputStream(typed);
        OutputSink answering = LineSplitter.to(line -> {
            try {
                typed.write((line.equals("first") ? "second\n" : "").getBytes(StandardCharsets.UTF_8));
                typed.flush();
                if (line.equals("second")) {
                    typed.close();
                }
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        typed.write("first\n".getBytes(StandardCharsets.UTF_8));
        GuestCommand command = new GuestCommand("cat; echo end >&2", "", stream, answering, err, OutputSink.NONE);
        assertThat(ports.run(command, soon())).isZero();
        assertThat(text(err)).isEqualTo("end\n");
    }

    @Test
    void aStreamThatDoesNotEndHoldsNoCommandUp() throws Exception {
        InputStream endless = new PipedInputStream(new PipedOutputStream());
        GuestCommand command = new GuestCommand("echo done", "", endless, out, err, OutputSink.NONE);
        assertThat(ports.run(command, soon())).isZero();
        assertThat(text(out)).isEqualTo("done\n");
    }

    @Test
    void outputMayHoldZerosAndWhatLooksLikeTheBeginningOfAMark() throws Exception {
        run("printf 'a\\0\\0b\\0' ; sleep 0.1; printf '0123456789abcdef0123456789abcdef\\0'", "");
        assertThat(text(out)).isEqualTo("a\0\0b\0" + "0123456789abcdef0123456789abcdef\0");
    }

    @Test
    void muchOutputOnBothStreamsDoesNotBlock() throws Exception {
        AtomicLong read = new AtomicLong();
        OutputSink counting = (bytes, offset, length) -> read.addAndGet(length);
        ports.run(
                new GuestCommand("head -c 5000000 /dev/zero & head -c 5000000 /dev/zero >&2; wait", counting, counting),
                soon());
        assertThat(read).hasValue(10_000_000);
    }

    @Test
    void linesArePassedOnWhileTheCommandRuns() throws Exception {
        Path flag = directory.resolve("flag");
        OutputSink making = LineSplitter.to(line -> {
            try {
                Files.createFile(flag);
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        String waiting = "echo first; while [ ! -e '" + flag + "' ]; do sleep 0.01; done";
        assertThat(ports.run(new GuestCommand(waiting, making, OutputSink.NONE), soon()))
                .isZero();
    }

    @Test
    void aCommandThatTakesTooLongIsKilledAndTheNextOneRuns() throws Exception {
        assertThatThrownBy(() -> ports.run(
                        new GuestCommand("echo up; sleep 1000; echo on", out, err),
                        Deadline.after(Duration.ofMillis(300))))
                .isInstanceOf(TimeoutException.class)
                .hasMessage("The command did not end within 300 ms");
        assertThat(text(out)).isEqualTo("up\n");
        BoundedSink next = new BoundedSink(100);
        assertThat(ports.run(new GuestCommand("echo next", next, err), soon())).isZero();
        assertThat(text(next)).isEqualTo("next\n");
    }

    @Test
    void theEndOfTheMachineFailsTheCommandAtOnce() {
        OutputSink ending = (bytes, offset, length) -> guest.close();
        assertThatThrownBy(() -> ports.run(new GuestCommand("echo up; sleep 1000", ending, err), LATE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the machine has ended");
    }

    @Test
    void aFailingSinkEndsTheWaitAndTheGuestRunsNoOther() {
        OutputSink failing = (bytes, offset, length) -> {
            throw new IOException("disk full");
        };
        assertThatThrownBy(() -> ports.run(new GuestCommand("echo up; sleep 1000", failing, err), LATE))
                .isInstanceOf(IOException.class)
                .hasMessage("disk full");
        assertThatThrownBy(() -> ports.run(new GuestCommand("true", out, err), LATE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("still running an earlier command");
    }

    @Test
    void aWaitCanBeInterrupted() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> ports.run(new GuestCommand("sleep 1000", out, err), LATE))
                .isInstanceOf(InterruptedException.class);
    }

    @Test
    void wordsArriveInOrderAndAnUnexpectedAnswerIsReported() throws Exception {
        ports.tell("time", "17", soon());
        ports.tell("mount", "root", soon());
        run("true", "");
        assertThat(guest.words()).containsExactly("time 17", "mount root");
        assertThatThrownBy(() -> ports.expect("mounted", Deadline.after(Duration.ofMillis(50))))
                .isInstanceOf(IOException.class)
                .hasMessage("No message on port 'crossbuild' within 50 ms");
    }

    private int run(String line, String input) throws Exception {
        return ports.run(new GuestCommand(line, input, out, err, OutputSink.NONE), soon());
    }

    private static String text(BoundedSink sink) {
        return new String(sink.bytes(), StandardCharsets.UTF_8);
    }

    private static Deadline soon() {
        return Deadline.after(Duration.ofSeconds(30));
    }

    @Test
    void aCommandThatNeverStopsWritingIsEndedInTimeToo() throws Exception {
        AtomicLong read = new AtomicLong();
        OutputSink counting = (bytes, offset, length) -> read.addAndGet(length);
        assertThatThrownBy(() -> ports.run(
                        new GuestCommand("yes & exec yes >&2", counting, counting),
                        Deadline.after(Duration.ofMillis(500))))
                .isInstanceOf(TimeoutException.class);
        assertThat(read.get()).isPositive();
        assertThat(run("exit 3", "")).isEqualTo(3);
    }
}
