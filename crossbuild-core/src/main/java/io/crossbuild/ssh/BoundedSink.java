// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import java.io.ByteArrayOutputStream;
import java.io.IOException;

/** Keeps the bytes in memory, up to a limit. */
final class BoundedSink implements OutputSink {
    private final long maxBytes;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    BoundedSink(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public void write(byte[] data, int offset, int length) throws IOException {
        if (bytes.size() + (long) length > maxBytes) {
            throw new IOException("the guest sends over " + maxBytes + " bytes");
        }
        bytes.write(data, offset, length);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
