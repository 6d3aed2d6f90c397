// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk;

import io.crossbuild.disk.block.BlockDevice;
import java.io.EOFException;
import java.nio.ByteBuffer;

/** A disk whose bytes a test may change. */
public final class MemoryDevice implements BlockDevice {
    private final byte[] bytes;

    public MemoryDevice(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public long sizeBytes() {
        return bytes.length;
    }

    @Override
    public void read(ByteBuffer target, long position) throws EOFException {
        BlockDevice.checkRange(this, target, position);
        target.put(bytes, (int) position, target.remaining());
    }

    @Override
    public Run runAt(long position) {
        return new Run(false, bytes.length);
    }

    @Override
    public void close() {}
}
