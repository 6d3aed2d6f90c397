// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.MalformedInputException;
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
    /** A file with holes of so many bytes has a digest of its data only. */
    static final long MANY_ZEROS = 1 << 20;

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
    ContentDigest digest() throws IOException, CrossbuildException, InterruptedException {
        return copy(null);
    }

    /** Writes the content to a new file and gives its digest. */
    ContentDigest writeTo(Path file) throws IOException, CrossbuildException, InterruptedException {
        try (FileChannel out = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE)) {
            return copy(out);
        }
    }

    private ContentDigest copy(@Nullable FileChannel out)
            throws IOException, CrossbuildException, InterruptedException {
        boolean ofData = hasManyZeros();
        long size = content.sizeBytes();
        long position = 0;
        boolean inData = false;
        while (position < size) {
            FileContent.Run run = run(position);
            if (ofData && inData == run.hole()) {
                number(position);
                inData = !inData;
            }
            if (!run.hole()) {
                data(position, run.end(), out);
            } else if (!ofData) {
                zeros(run.end() - position);
            }
            position = run.end();
        }
        if (ofData) {
            if (inData) {
                number(size);
            }
            number(size);
        }
        if (out != null && out.size() < size) {
            giveLength(out, size);
        }
        return new ContentDigest(digest.finish().hex(), ofData);
    }

    /** After a hole at the end, the last byte gives the file its length. */
    private void giveLength(FileChannel out, long size) throws CrossbuildException {
        try {
            out.write(ByteBuffer.allocate(1), size - 1);
        } catch (IOException e) {
            throw new HostRequirementException(
                    "Cannot extract '" + name + "', which has " + size + " bytes: " + e.getMessage(),
                    "Leave it out, or extract to a file system that can hold it",
                    e);
        }
    }

    private boolean hasManyZeros() throws IOException, CrossbuildException, InterruptedException {
        long size = content.sizeBytes();
        long zeros = 0;
        long position = 0;
        while (size >= MANY_ZEROS && position < size && zeros < MANY_ZEROS) {
            checkInterrupt();
            FileContent.Run run = run(position);
            zeros += run.hole() ? run.end() - position : 0;
            position = run.end();
        }
        return zeros >= MANY_ZEROS;
    }

    private FileContent.Run run(long position) throws IOException, CrossbuildException {
        FileContent.Run run = content.runAt(position);
        long end = Math.min(run.end(), content.sizeBytes());
        if (end <= position) {
            throw new MalformedInputException(name, position, "a run of no length (expected one)");
        }
        return new FileContent.Run(run.hole(), end);
    }

    private void number(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
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
