// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.spec.InputSpec;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.NameCodec;
import io.crossbuild.tree.TarWriter;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads one file after the other into a digest, and into an archive if there is one, so that the digest is that of the
 * archive's content.
 */
final class InputReader {
    private static final int BUFFER_BYTES = 256 << 10;

    private final InputSpec spec;
    private final @Nullable TarWriter out;
    private final Sha256Digest digest = new Sha256Digest();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int files;
    private long bytes;
    private int leftOut;

    InputReader(InputSpec spec, @Nullable TarWriter out) {
        this.spec = spec;
        this.out = out;
    }

    void directory(String name, FileNode node) throws IOException {
        begin("directory", name, Integer.toOctalString(node.permissions()));
        if (out != null) {
            out.directory("./" + name, attributes(node));
        }
    }

    void symlink(String name, FileTree tree, FileNode node) throws IOException, CrossbuildException {
        String target = tree.linkTarget(node);
        begin("link", name, target);
        if (out != null) {
            out.symlink("./" + name, target, attributes(node));
        }
    }

    void file(String name, FileTree tree, FileNode node) throws IOException, CrossbuildException {
        try (FileContent content = tree.open(node)) {
            long size = content.sizeBytes();
            begin("file", name, Integer.toOctalString(node.permissions()) + " " + size);
            DigestedContent read = new DigestedContent(content, size);
            try {
                if (out != null) {
                    out.file("./" + name, attributes(node), size, read);
                } else {
                    read.transferTo(OutputStream.nullOutputStream());
                }
            } catch (EOFException e) {
                throw changed(spec, node.toString());
            }
            bytes += size;
        }
    }

    /** Counts a file that cannot be copied. */
    void leaveOut() {
        leftOut++;
    }

    InputContent content() {
        return new InputContent(digest.finish(), files, bytes, leftOut);
    }

    private void begin(String type, String name, String detail) {
        digest.part(type).part(NameCodec.encode(name)).part(NameCodec.encode(detail));
        files++;
    }

    /** Owned by the guest's root. */
    private static FileAttributes attributes(FileNode node) {
        return new FileAttributes(node.permissions(), 0, 0, node.modified());
    }

    static CrossbuildException changed(InputSpec spec, String file) {
        return new CrossbuildException(
                "'" + spec.text() + "' failed: '" + file
                        + "' was changed while it was read (expected the same content)",
                AdviceKey.LEAVE_INPUT_ALONE.advice());
    }

    private final class DigestedContent extends InputStream {
        private final FileContent content;
        private final long size;
        private long position;

        DigestedContent(FileContent content, long size) {
            this.content = content;
            this.size = size;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException("byte by byte");
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int wanted = (int) Math.min(length, size - position);
            if (wanted == 0) {
                return length == 0 ? 0 : -1;
            }
            int n;
            try {
                n = content.read(ByteBuffer.wrap(target, offset, wanted), position);
            } catch (CrossbuildException e) {
                throw new IOException(e);
            }
            if (n < 0) {
                throw new EOFException("the file became shorter");
            }
            digest.update(target, offset, n);
            position += n;
            return n;
        }

        @Override
        public long transferTo(OutputStream target) throws IOException {
            for (int n = read(buffer, 0, buffer.length); n >= 0; n = read(buffer, 0, buffer.length)) {
                target.write(buffer, 0, n);
            }
            return position;
        }
    }
}
