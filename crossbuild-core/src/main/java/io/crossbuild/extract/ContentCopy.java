// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.io.Sha256;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Reads a file of the guest once, for its digest and into a file of the host; holes stay holes. */
final class ContentCopy {
    private static final int BUFFER_BYTES = 256 << 10;

    private final String name;
    private final FileContent content;
    private final ByteBuffer buffer;
    private final Sha256Digest digest = new Sha256Digest();

    /** @param name for messages */
    ContentCopy(String name, FileContent content) {
        this.name = name;
        this.content = content;
        this.buffer = ByteBuffer.allocate((int) Math.max(1, Math.min(BUFFER_BYTES, content.sizeBytes())));
    }

    /** The content's digest. */
    Sha256 digest() throws IOException, CrossbuildException, InterruptedException {
        return copy(null);
    }

    /** Writes the content to a new file and gives its digest. */
    Sha256 writeTo(Path file) throws IOException, CrossbuildException, InterruptedException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            return copy(out);
        }
    }

    private Sha256 copy(@Nullable FileChannel out) throws IOException, CrossbuildException, InterruptedException {
        long size = content.sizeBytes();
        long position = 0;
        while (position < size) {
            FileContent.Run run = content.runAt(position);
            long end = Math.min(run.end(), size);
            if (end <= position) {
                throw new MalformedInputException(name, position, "a run of no length (expected one)");
            }
            if (run.hole()) {
                zeros(end - position);
            } else {
                data(position, end, out);
            }
            position = end;
        }
        if (out != null && out.size() < size) {
            // A hole at the end: the last byte gives the file its length.
            out.write(ByteBuffer.allocate(1), size - 1);
        }
        return digest.finish();
    }

    private void zeros(long length) throws InterruptedException {
        byte[] zeros = buffer.array();
        Arrays.fill(zeros, (byte) 0);
        for (long left = length; left > 0; left -= zeros.length) {
            checkInterrupt();
            digest.update(zeros, 0, (int) Math.min(left, zeros.length));
        }
    }

    private void data(long start, long end, @Nullable FileChannel out)
            throws IOException, CrossbuildException, InterruptedException {
        long position = start;
        while (position < end) {
            checkInterrupt();
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
            int read = content.read(buffer, position);
            if (read <= 0) {
                throw new MalformedInputException(name, position, "the end (expected " + end + " bytes)");
            }
            buffer.flip();
            digest.update(buffer.duplicate());
            while (out != null && buffer.hasRemaining()) {
                out.write(buffer, position + buffer.position());
            }
            position += read;
        }
    }

    private static void checkInterrupt() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }
}
