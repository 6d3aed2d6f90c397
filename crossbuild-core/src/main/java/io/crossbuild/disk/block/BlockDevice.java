// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.block;

import io.crossbuild.error.CrossbuildException;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a disk, for reading at any position and of any length. Safe for use by several threads. */
public interface BlockDevice extends Closeable {
    /** The disk's name in messages: the path of its image. */
    String name();

    long sizeBytes();

    /**
     * Reads until the buffer is full.
     *
     * @param position from the start, in bytes
     * @throws EOFException when the range is not completely inside the disk
     * @throws CrossbuildException when the image is malformed there
     */
    void read(ByteBuffer target, long position) throws IOException, CrossbuildException;

    /**
     * The run of bytes from a position on that are either known to be zero or may have any value. Two runs of the same
     * kind may follow each other.
     *
     * @param position less than {@link #sizeBytes()}
     */
    Run runAt(long position) throws IOException, CrossbuildException;

    /**
     * A run of bytes.
     *
     * @param zero whether the image stores no byte of the run, so that all read as zero
     * @param end the first position after the run, at most {@link #sizeBytes()}
     */
    record Run(boolean zero, long end) {}

    /** Bytes from {@code start} (inclusive) to {@code end} (exclusive). */
    record Range(long start, long end) {}

    /** Checks the range of a {@link #read}. */
    static void checkRange(BlockDevice device, ByteBuffer target, long position) throws EOFException {
        if (position < 0 || position > device.sizeBytes() - target.remaining()) {
            throw new EOFException("Read beyond the end of '" + device.name() + "': " + target.remaining()
                    + " bytes at byte " + position + " (expected at most " + device.sizeBytes() + ")");
        }
    }
}
