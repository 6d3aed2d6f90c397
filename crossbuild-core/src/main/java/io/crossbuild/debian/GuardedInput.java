// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A stream that returns at most the allowed number of bytes, so that a reader which keeps what it reads cannot be made
 * to keep gigabytes. It remembers a failure of the underlying stream.
 */
final class GuardedInput extends FilterInputStream {
    private long allowedBytes = Long.MAX_VALUE;
    private long position;
    private @Nullable IOException failure;

    GuardedInput(InputStream in) {
        super(in);
    }

    void allow(long bytes) {
        allowedBytes = bytes;
    }

    void allowAll() {
        allowedBytes = Long.MAX_VALUE;
    }

    /** The number of bytes read. */
    long position() {
        return position;
    }

    /** The failure of the underlying stream, as opposed to a failure to interpret the bytes. */
    @Nullable IOException failure() {
        return failure;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (allowedBytes <= 0) {
            throw new IOException("a header is longer than allowed");
        }
        int n;
        try {
            n = super.read(buffer, offset, (int) Math.min(length, allowedBytes));
        } catch (IOException e) {
            failure = e;
            throw e;
        }
        if (n > 0) {
            position += n;
            allowedBytes -= n;
        }
        return n;
    }

    @Override
    public long skip(long bytes) throws IOException {
        byte[] buffer = new byte[(int) Math.max(0, Math.min(bytes, 8192))];
        return Math.max(0, read(buffer, 0, buffer.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
