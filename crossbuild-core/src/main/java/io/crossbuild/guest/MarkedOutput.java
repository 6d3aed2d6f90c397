// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.io.OutputSink;
import io.crossbuild.qemu.MessagePort;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** One output of a command, which ends at a mark: a zero byte and a secret text. */
final class MarkedOutput {
    private static final int MAX_READS = 32;

    private final MessagePort port;
    private final byte[] mark;
    private final OutputSink sink;
    /** How many bytes of the mark have arrived; they are output only if the next byte is not the mark's next one. */
    private int matched;

    MarkedOutput(MessagePort port, String mark, OutputSink sink) {
        this.port = port;
        this.mark = ("\0" + mark).getBytes(StandardCharsets.US_ASCII);
        this.sink = sink;
    }

    /**
     * Passes on what has arrived, but only so much at once: a guest that never stops writing must not keep its reader
     * from looking at the clock and at the other outputs.
     *
     * @param buffer a scratch buffer, at least as large as that of the port, which is empty afterwards
     * @return whether the mark has arrived
     */
    boolean poll(byte[] buffer) throws IOException {
        for (int i = 0; i < MAX_READS && matched < mark.length; i++) {
            int length = port.poll(buffer);
            if (length == 0) {
                return false;
            }
            take(buffer, length);
        }
        return matched == mark.length;
    }

    private void take(byte[] bytes, int length) throws IOException {
        int begin = 0;
        for (int i = 0; i < length; i++) {
            if (bytes[i] == mark[matched]) {
                if (matched == 0) {
                    write(bytes, begin, i);
                }
                matched++;
                if (matched == mark.length) {
                    sink.end();
                    return;
                }
            } else if (matched > 0) {
                sink.write(mark, 0, matched);
                // The mark's only zero byte is its first, so it cannot start again inside itself.
                matched = 0;
                begin = i;
                i--;
            }
            if (matched > 0) {
                begin = i + 1;
            }
        }
        write(bytes, begin, length);
    }

    private void write(byte[] bytes, int begin, int end) throws IOException {
        if (end > begin) {
            sink.write(bytes, begin, end - begin);
        }
    }
}
