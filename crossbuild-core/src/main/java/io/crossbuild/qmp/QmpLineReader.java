// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** Splits a channel into lines of bytes of a bounded length. QMP ends each message with CR LF. */
final class QmpLineReader {
    /** The longest answers, lists of commands or of properties, have a few hundred kilobytes. */
    static final int MAX_LINE_BYTES = 8 << 20;

    private final ReadableByteChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(16 << 10).flip();

    QmpLineReader(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** The next line without its end, or null at the end of the channel. An incomplete last line is dropped. */
    byte @Nullable [] readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (true) {
            while (buffer.hasRemaining()) {
                byte b = buffer.get();
                if (b == '\n') {
                    return line.toByteArray();
                }
                if (line.size() == MAX_LINE_BYTES) {
                    throw new IOException("A QMP message is longer than " + MAX_LINE_BYTES + " bytes");
                }
                line.write(b);
            }
            buffer.clear();
            int read = channel.read(buffer);
            buffer.flip();
            if (read < 0) {
                return null;
            }
        }
    }
}
