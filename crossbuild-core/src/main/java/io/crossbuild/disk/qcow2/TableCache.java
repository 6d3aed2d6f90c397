// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import io.crossbuild.disk.block.BoundedCache;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The L1 and L2 tables of an image, read in slices as they are needed: no matter what sizes the header claims, this
 * takes {@link #BUDGET_BYTES}. Safe for use by several threads.
 */
final class TableCache {
    static final int SLICE_ENTRIES = 512;
    private static final int SLICE_BYTES = SLICE_ENTRIES * Long.BYTES;
    /** With 64 KiB clusters this holds the tables of 2 GiB of disk; a chain of a hundred layers has a hundred caches. */
    private static final int BUDGET_BYTES = 256 << 10;

    private final RawImage file;
    private final BoundedCache<Long, long[]> slices = new BoundedCache<>(BUDGET_BYTES, slice -> SLICE_BYTES);

    TableCache(RawImage file) {
        this.file = file;
    }

    /**
     * One table entry.
     *
     * @param table the table's offset in the file, not negative
     */
    long entry(String kind, long table, long index) throws IOException, MalformedInputException {
        long offset = table + index * Long.BYTES;
        if (offset < 0 || offset > file.sizeBytes() - Long.BYTES) {
            throw new MalformedInputException(
                    file.name(),
                    offset,
                    kind + " table beyond the end of the file (expected less than " + file.sizeBytes() + ")");
        }
        int inSlice = (int) (offset % SLICE_BYTES) / Long.BYTES;
        return slice(offset / SLICE_BYTES)[inSlice];
    }

    /**
     * Neighbouring entries of a table, if they are in one slice.
     *
     * @param table the table's offset in the file, not negative
     * @return false when the file ends before them
     */
    boolean entries(long table, long index, long[] into) throws IOException {
        long offset = table + index * Long.BYTES;
        if (offset < 0 || offset > file.sizeBytes() - (long) into.length * Long.BYTES) {
            return false;
        }
        int inSlice = (int) (offset % SLICE_BYTES) / Long.BYTES;
        System.arraycopy(slice(offset / SLICE_BYTES), inSlice, into, 0, into.length);
        return true;
    }

    /** Must not be written to. */
    private long[] slice(long number) throws IOException {
        long[] entries = slices.get(number);
        if (entries == null) {
            entries = readSlice(number * SLICE_BYTES);
            slices.put(number, entries);
        }
        return entries;
    }

    private long[] readSlice(long offset) throws IOException {
        int length = (int) Math.min(SLICE_BYTES, (file.sizeBytes() - offset) / Long.BYTES * Long.BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(length);
        file.read(bytes, offset);
        long[] entries = new long[SLICE_ENTRIES];
        bytes.flip().asLongBuffer().get(entries, 0, length / Long.BYTES);
        return entries;
    }
}
