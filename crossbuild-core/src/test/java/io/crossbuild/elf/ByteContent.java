// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.tree.FileContent;
import java.nio.ByteBuffer;

/** A file in memory; some reads return one byte fewer than requested, as any read may. */
public final class ByteContent implements FileContent {
    private final byte[] bytes;

    public ByteContent(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public int read(ByteBuffer target, long position) {
        if (position >= bytes.length) {
            return -1;
        }
        int count = (int) Math.min(target.remaining(), bytes.length - position);
        if (count > 7) {
            count--;
        }
        target.put(bytes, (int) position, count);
        return count;
    }

    @Override
    public void close() {}
}
