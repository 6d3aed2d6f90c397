// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.extract.manifest.ContentDigest;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a file of the guest once, to digest it and to write it to a file of the host; holes stay holes. */
final class ContentCopy {
    private static final Set<OpenOption> NEW_FILE =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SPARSE);
    /** A file with at least this many bytes of holes has a digest of its data only. */
    static final long MANY_ZEROS = 1 << 20;

    /** Reused by a thread for one file after the other. */
    static final class Workspace {
        private static final int BUFFER_BYTES = 256 << 10;

        // Outside the heap, so that no channel has to copy it again.
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        private final byte[] bytes = new byte[BUFFER_BYTES];
        private final Sha256Digest digest = new Sha256Digest();
    }

    private final String name;
    private final FileContent content;
    private final ByteBuffer buffer;
    private final byte[] bytes;
    private final Sha256Digest digest;

    /** @param name for messages */
    ContentCopy(String name, FileContent content, Workspace workspace) {
        this.name = name;
        this.content = content;
        this.buffer = workspace.buffer;
        this.bytes = workspace.bytes;
        this.digest = workspace.digest;
    }

    /** The content's digest. */
    ContentDigest digest() throws IOException, CrossbuildException, InterruptedException {
        return copy(null);
    }

    /**
     * Writes the content to a new file and returns its digest. Blocks of zeros become holes.
     *
     * @param limit is asked before something is written
     */
    ContentDigest writeTo(Path file, ContentLimit.OfFile limit, FileAttribute<?>... attributes)
            throws IOException, CrossbuildException, InterruptedException {
        try (FileChannel out = FileChannel.open(file, NEW_FILE, attributes)) {
            return copy(new Copy(out, limit));
        }
    }

    /** Where the content goes. */
    private static final class Copy {
        private static final int BLOCK = 4096;
        private static final byte[] ZEROS = new byte[BLOCK];

        private final FileChannel out;
        private final ContentLimit.OfFile limit;
        private long end;

        Copy(FileChannel out, ContentLimit.OfFile limit) {
            this.out = out;
            this.limit = limit;
        }

        /**
         * Writes what is not zero.
         *
         * @param bytes the content of the buffer
         */
        void write(ByteBuffer buffer, byte[] bytes, int length, long position) throws IOException, CrossbuildException {
            int at = 0;
            while (at < length) {
                int begin = at;
                while (begin < length && isZero(bytes, begin, length)) {
                    begin += BLOCK;
                }
                at = begin;
                while (at < length && !isZero(bytes, at, length)) {
                    at += BLOCK;
                }
                if (begin < length) {
                    at = Math.min(at, length);
                    limit.add(at - begin);
                    buffer.limit(at).position(begin);
                    while (buffer.hasRemaining()) {
                        out.write(buffer, position + buffer.position());
                    }
                    end = position + at;
                }
            }
        }

        private static boolean isZero(byte[] bytes, int at, int length) {
            int end = Math.min(at + BLOCK, length);
            return Arrays.equals(bytes, at, end, ZEROS, 0, end - at);
        }
    }

    private ContentDigest copy(@Nullable Copy out) throws IOException, CrossbuildException, InterruptedException {
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
        if (out != null && out.end < size) {
            giveLength(out.out, size);
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
                    AdviceKey.LEAVE_OUT_LARGE_FILE.advice(),
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
            throw new MalformedInputException(name, position, "an empty run (expected at least one byte)");
        }
        return new FileContent.Run(run.hole(), end);
    }

    private void number(long number) {
        digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    }

    private void zeros(long length) throws InterruptedException {
        Arrays.fill(bytes, (byte) 0);
        for (long left = length; left > 0; left -= bytes.length) {
            checkInterrupt();
            digest.update(bytes, 0, (int) Math.min(left, bytes.length));
        }
    }

    private void data(long start, long end, @Nullable Copy out)
            throws IOException, CrossbuildException, InterruptedException {
        long position = start;
        while (position < end) {
            checkInterrupt();
            buffer.clear().limit((int) Math.min(buffer.capacity(), end - position));
            int read = content.read(buffer, position);
            if (read <= 0) {
                throw new MalformedInputException(name, position, "the file ends (expected " + end + " bytes)");
            }
            buffer.flip();
            buffer.get(bytes, 0, read).rewind();
            digest.update(bytes, 0, read);
            if (out != null) {
                out.write(buffer, bytes, read, position);
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
