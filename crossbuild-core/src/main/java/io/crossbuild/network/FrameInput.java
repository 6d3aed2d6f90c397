// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/** Frames from QEMU, each after its length in four bytes (net/filter-mirror.c). */
final class FrameInput {
    /** NET_BUFSIZE of QEMU's include/net/net.h. */
    static final int MAX_BYTES = 4096 + 65536;

    private static final int CAPACITY = 2 * (Integer.BYTES + MAX_BYTES);

    private final ReadableByteChannel channel;
    private final ByteBuffer bytes = ByteBuffer.allocate(CAPACITY);
    /** Where the next frame's length is. */
    private int next;

    FrameInput(ReadableByteChannel channel) {
        this.channel = channel;
    }

    /** Does something with a frame. */
    @FunctionalInterface
    interface Sink {
        /** Takes the frame in a part of a buffer, which is not used afterwards. */
        void take(ByteBuffer bytes, int start, int length);
    }

    /**
     * Reads what has arrived, and passes on the frames that are complete.
     *
     * @return whether there may be more some time
     * @throws IOException when a length is impossible
     */
    boolean read(Sink sink) throws IOException {
        bytes.limit(bytes.capacity());
        int read = channel.read(bytes);
        int end = bytes.position();
        while (end - next >= Integer.BYTES) {
            int length = bytes.getInt(next);
            if (length < 0 || length > MAX_BYTES) {
                throw new IOException("a frame has " + length + " bytes (expected at most " + MAX_BYTES + ")");
            }
            int start = next + Integer.BYTES;
            if (end - start < length) {
                break;
            }
            sink.take(bytes, start, length);
            next = start + length;
        }
        bytes.position(next).limit(end);
        bytes.compact();
        next = 0;
        return read >= 0;
    }
}
