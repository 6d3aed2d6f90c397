// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import io.crossbuild.error.CrossbuildException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of one regular file, for reading at any position. Safe for use by several threads. */
public interface FileContent extends Closeable {
    long sizeBytes();

    /**
     * Reads at a position, at least one byte unless the buffer is full or the end is reached.
     *
     * @param position from the start, in bytes, not negative
     * @return the number of bytes read, or -1 at or behind the end
     * @throws CrossbuildException when the tree's storage is malformed there
     */
    int read(ByteBuffer target, long position) throws IOException, CrossbuildException;

    /**
     * The end of the run of bytes at a position that is either all hole or all data.
     *
     * @return the first position behind the run, at most {@link #sizeBytes()}; a hole's bytes read as zero
     */
    default Run runAt(long position) throws IOException, CrossbuildException {
        return new Run(false, sizeBytes());
    }

    /** A run of a sparse file. */
    record Run(boolean hole, long end) {}

    @Override
    void close() throws IOException;
}
