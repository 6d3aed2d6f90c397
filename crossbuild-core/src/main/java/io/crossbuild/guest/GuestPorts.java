// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.MessagePort;
import io.crossbuild.qemu.PortSelector;
import io.crossbuild.qemu.QemuProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;

/**
 * What the host and the guest's {@code init} say to each other over virtio-serial ports: words, each on a line with its
 * arguments, and the outputs of commands. There is no handshake and no encryption: these ports are private.
 *
 * <p>For one thread at a time.
 */
final class GuestPorts {
    /** The ports of a machine: for words, and for the output, errors and state of commands. */
    static final List<String> NAMES =
            List.of("crossbuild", "crossbuild.output", "crossbuild.errors", "crossbuild.state");

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int MARK_BYTES = 16;
    private static final int BUFFER_BYTES = MessagePort.BUFFER_BYTES;
    /** Longer input is sent as it is, which costs the guest a process. */
    private static final int MAX_ESCAPED_LENGTH = 4096;
    /** The time that the guest has to end a command that takes too long. */
    private static final Duration KILL = Duration.ofSeconds(10);

    private final MessagePort control;
    private final MessagePort output;
    private final MessagePort errors;
    private final MessagePort state;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private boolean busy;

    GuestPorts(QemuProcess machine) {
        this(NAMES.stream().map(machine::port).toList());
    }

    /** @param ports the ports named {@link #NAMES}, in that order */
    GuestPorts(List<MessagePort> ports) {
        control = ports.get(0);
        output = ports.get(1);
        errors = ports.get(2);
        state = ports.get(3);
    }

    /** Sends a word and its arguments. */
    void tell(String word, String rest, Deadline deadline) throws IOException, InterruptedException {
        control.writeLine(word + " " + rest, deadline);
    }

    /** Sends a word and a number of bytes, followed by these bytes. */
    void tell(String word, byte[] bytes, Deadline deadline) throws IOException, InterruptedException {
        tell(word, Integer.toString(bytes.length), deadline);
        control.write(bytes, deadline);
    }

    /** Waits for what the guest says next. */
    String hear(Deadline deadline) throws IOException, InterruptedException {
        return control.readLine(deadline);
    }

    /** Waits for the guest's next word, which must be the given one. */
    void expect(String word, Deadline deadline) throws IOException, InterruptedException {
        after(word, hear(deadline));
    }

    private static String after(String word, String line) throws IOException {
        if (line.equals(word)) {
            return "";
        }
        if (!line.startsWith(word + " ")) {
            throw new IOException("the guest said '" + line + "' (expected '" + word + "')");
        }
        return line.substring(word.length() + 1);
    }

    /**
     * Runs a command and waits until it ends. By then all of its output has reached the sinks.
     *
     * @return the exit status; 128 plus the signal's number when a signal ended it
     * @throws TimeoutException when it does not end by the deadline; the guest was told to kill it, and can run others
     * @throws IOException when the machine ends, or a sink fails; the guest runs no other command after that
     */
    int run(GuestCommand command, Deadline deadline) throws IOException, TimeoutException, InterruptedException {
        if (busy) {
            throw new IOException("the guest is still running an earlier command (expected none)");
        }
        busy = true;
        String mark = newMark();
        if (command.stream() == null) {
            sendInput(command.input().getBytes(StandardCharsets.UTF_8), deadline);
        } else {
            tell("stdin", "", deadline);
        }
        tell("run", mark + " " + command.line(), deadline);
        if (command.stream() != null) {
            InputFeed.start(command.stream(), errors, deadline);
        }
        List<MarkedOutput> outputs = List.of(
                new MarkedOutput(output, mark, command.output()),
                new MarkedOutput(errors, mark, command.errors()),
                new MarkedOutput(state, mark, command.state()));
        try (PortSelector selector = PortSelector.of(List.of(control, output, errors, state))) {
            Optional<Integer> status = await(selector, outputs, deadline);
            if (status.isEmpty()) {
                output.writeLine("kill", Deadline.after(KILL));
                busy = await(selector, outputs, Deadline.after(KILL)).isEmpty();
                throw new TimeoutException("The command did not end within " + deadline);
            }
            busy = false;
            return status.get();
        }
    }

    /** A text that nothing in the guest can guess. */
    static String newMark() {
        byte[] random = new byte[MARK_BYTES];
        RANDOM.nextBytes(random);
        return HexFormat.of().formatHex(random);
    }

    private void sendInput(byte[] input, Deadline deadline) throws IOException, InterruptedException {
        if (input.length == 0) {
            return;
        }
        String escaped = PrintfText.escape(input);
        if (escaped.length() > MAX_ESCAPED_LENGTH) {
            tell("bytes", input, deadline);
        } else {
            tell("input", escaped, deadline);
        }
    }

    /** Passes output on until all of it and the status have arrived. */
    private Optional<Integer> await(PortSelector selector, List<MarkedOutput> outputs, Deadline deadline)
            throws IOException, InterruptedException {
        Optional<Integer> status = Optional.empty();
        do {
            boolean complete = true;
            for (MarkedOutput each : outputs) {
                complete &= each.poll(buffer);
            }
            if (status.isEmpty()) {
                Optional<String> line = control.pollLine();
                if (line.isPresent()) {
                    status = Optional.of(status(line.get()));
                }
            }
            if (complete && status.isPresent()) {
                return status;
            }
            // Where there is always something to read, waiting never takes time.
        } while (selector.await(deadline) && !deadline.isExpired());
        return Optional.empty();
    }

    static int status(String line) throws IOException {
        String text = after("ended", line);
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IOException("the guest reported '" + text + "' as a command's status (expected a number)", e);
        }
    }
}
