// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import io.crossbuild.error.CrossbuildException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one regular file, for reading at any position. Safe for use by several threads. */
public interface FileContent extends Closeable {
    /** Length of the content; a sparse file in a hostile tree may have petabytes that take no space. */
    long sizeBytes();

    /**
     * Reads at a position, at least one byte unless the buffer is full or the end is reached.
     *
     * @param position from the start, in bytes, not negative
     * @return the number of bytes read, or -1 at or after the end
     * @throws CrossbuildException when the tree's storage is malformed there
     */
    int read(ByteBuffer target, long position) throws IOException, CrossbuildException;

    /**
     * The run of bytes from a position on that is either all hole or all data. Two runs of the same kind may follow
     * each other.
     *
     * @param position less than {@link #sizeBytes()}
     */
    default Run runAt(long position) throws IOException, CrossbuildException {
        return new Run(false, sizeBytes());
    }

    /**
     * A run of a sparse file.
     *
     * @param hole whether the bytes are not stored and read as zero
     * @param end the first position after the run, at most {@link #sizeBytes()}
     */
    record Run(boolean hole, long end) {}

    @Override
    void close() throws IOException;
}
