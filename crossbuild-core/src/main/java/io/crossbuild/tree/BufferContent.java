// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.nio.ByteBuffer;

/**
 * Content that is in memory.
 *
 * @param bytes from the buffer's start to its limit; read only
 */
public record BufferContent(ByteBuffer bytes) implements FileContent {
    @Override
    public long sizeBytes() {
        return bytes.limit();
    }

    @Override
    public int read(ByteBuffer target, long position) {
        if (position >= bytes.limit()) {
            return -1;
        }
        int length = Math.min(target.remaining(), bytes.limit() - (int) position);
        target.put(bytes.slice((int) position, length));
        return length;
    }

    @Override
    public void close() {}
}
