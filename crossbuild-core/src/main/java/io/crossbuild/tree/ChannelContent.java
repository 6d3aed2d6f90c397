// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** A range of a host file. */
final class ChannelContent implements FileContent {
    // For each thread that reads into the heap, the JDK keeps a direct buffer of the size of its largest read.
    private static final int LARGEST_READ = 1 << 20;

    private final FileChannel channel;
    private final long offset;
    private final long sizeBytes;

    ChannelContent(FileChannel channel, long offset, long sizeBytes) {
        this.channel = channel;
        this.offset = offset;
        this.sizeBytes = sizeBytes;
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public int read(ByteBuffer target, long position) throws IOException {
        if (position >= sizeBytes) {
            return -1;
        }
        long most = Math.min(Math.min(target.remaining(), LARGEST_READ), sizeBytes - position);
        int limit = target.limit();
        target.limit(target.position() + (int) most);
        try {
            int read = channel.read(target, offset + position);
            if (read < 0) {
                throw new EOFException("The file became shorter while it was read");
            }
            return read;
        } finally {
            target.limit(limit);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
