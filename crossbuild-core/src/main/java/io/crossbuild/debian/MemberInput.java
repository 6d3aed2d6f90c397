// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * The content of one member of an archive. Unlike BoundedInputStream of commons-io it throws when the archive ends before
 * the member does.
 */
final class MemberInput extends FilterInputStream {
    private long left;

    /** @param size the member's, as the archive says */
    MemberInput(InputStream archive, long size) {
        super(archive);
        left = size;
    }

    /** How many bytes are still to be read. */
    long left() {
        return left;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0 || left == 0) {
            return length == 0 ? 0 : -1;
        }
        int n = super.read(buffer, offset, (int) Math.min(length, left));
        if (n < 0) {
            throw new IOException("truncated, " + left + " bytes are missing");
        }
        left -= n;
        return n;
    }
}
