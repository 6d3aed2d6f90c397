// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.block;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A host file whose bytes are those of the disk. Its length is determined when it is opened and must not change. When a
 * thread is interrupted while it reads, the file is closed for all threads ({@link FileChannel}).
 */
public final class RawImage implements BlockDevice {
    // For each thread that reads into the heap, the JDK keeps a direct buffer of the size of its largest read.
    private static final int LARGEST_READ = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final long sizeBytes;

    private RawImage(Path file, FileChannel channel) throws IOException {
        this.file = file;
        this.channel = channel;
        this.sizeBytes = channel.size();
    }

    public static RawImage open(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            return new RawImage(file, channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public long sizeBytes() {
        return sizeBytes;
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException {
        BlockDevice.checkRange(this, target, position);
        long at = position;
        int end = target.limit();
        try {
            while (target.position() < end) {
                target.limit((int) Math.min(end, (long) target.position() + LARGEST_READ));
                int read = channel.read(target, at);
                if (read < 0) {
                    throw new EOFException("'" + file + "' became shorter while it was read");
                }
                at += read;
            }
        } finally {
            target.limit(end);
        }
    }

    /** One run of any bytes: the JDK does not tell where a file has holes. */
    @Override
    public Run runAt(long position) {
        return new Run(false, sizeBytes);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return name();
    }
}
