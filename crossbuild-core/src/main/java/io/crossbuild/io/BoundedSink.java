// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Keeps the bytes in memory, up to a limit; more bytes are an IOException. */
public final class BoundedSink implements OutputSink {
    private final long maxBytes;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    public BoundedSink(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
        if (bytes.size() + (long) length > maxBytes) {
            throw new IOException("the guest sends more than " + maxBytes + " bytes");
        }
        bytes.write(data, offset, length);
    }

    public byte[] bytes() {
        return bytes.toByteArray();
    }
}
