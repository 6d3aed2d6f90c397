// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.network;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * Frames for QEMU. Those for which there is no room are lost, as in any network: QEMU waits until the frames that it
 * sends are read, so this side may never wait for QEMU to read.
 */
final class FrameOutput {
    private static final int CAPACITY = 1 << 20;

    private final WritableByteChannel channel;
    private final ByteBuffer pending = ByteBuffer.allocate(CAPACITY);

    FrameOutput(WritableByteChannel channel) {
        this.channel = channel;
    }

    /** Adds a frame. */
    void add(ByteBuffer bytes, int start, int length) {
        if (pending.remaining() >= Integer.BYTES + length) {
            pending.putInt(length).put(bytes.slice(start, length));
        }
    }

    /**
     * Writes what the channel takes.
     *
     * @return whether something is left
     */
    boolean flush() throws IOException {
        if (pending.position() > 0) {
            pending.flip();
            channel.write(pending);
            pending.compact();
        }
        return pending.position() > 0;
    }
}
