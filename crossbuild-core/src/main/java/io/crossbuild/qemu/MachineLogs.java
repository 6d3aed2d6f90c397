// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.TerminalText;
import io.crossbuild.io.LastLines;
import io.crossbuild.process.ChildProcess;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The output of QEMU and the guest's kernel, for the message of a failure. */
record MachineLogs(ChildProcess child, Path serial) {
    private static final int TAIL_BYTES = 8 << 10;
    private static final String QEMU_WROTE = "QEMU wrote:";
    private static final String GUEST_WROTE = "the guest wrote:";

    VirtualMachineException failure(String message, @Nullable Throwable cause) {
        List<String> qemu = child.tail();
        List<String> guest = serialTail();
        StringBuilder text = new StringBuilder(message);
        append(text, QEMU_WROTE, qemu);
        append(text, GUEST_WROTE, guest);
        Path log = qemu.isEmpty() && Files.exists(serial) ? serial : child.logFile();
        return new VirtualMachineException(text.toString(), null, log, cause);
    }

    private static void append(StringBuilder text, String title, List<String> lines) {
        if (!lines.isEmpty()) {
            text.append('\n').append(title).append(LastLines.indented(lines));
        }
    }

    /** The last line that QEMU had printed at the time of a failure; empty if it had printed nothing. */
    static String lastLine(String message) {
        String last = "";
        boolean qemus = false;
        for (String line : message.split("\n")) {
            if (line.equals(QEMU_WROTE) || line.equals(GUEST_WROTE)) {
                qemus = line.equals(QEMU_WROTE);
            } else if (qemus && !line.isBlank()) {
                last = line.strip();
            }
        }
        return last;
    }

    private List<String> serialTail() {
        List<String> lines = new ArrayList<>();
        try (SeekableByteChannel channel = Files.newByteChannel(serial)) {
            channel.position(Math.max(0, channel.size() - TAIL_BYTES));
            ByteBuffer buffer = ByteBuffer.allocate(TAIL_BYTES);
            while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                // read to the end
            }
            String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
            for (String line : text.split("\r?\n|\r")) {
                String clean = TerminalText.plain(line);
                if (!clean.isBlank()) {
                    lines.add(clean);
                }
            }
        } catch (IOException e) {
            // There is no serial log yet.
        }
        return lines;
    }
}
