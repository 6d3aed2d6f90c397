// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.io.ChecksummedFile;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * What was read from a file system: which inodes, and which blocks outside the inode tables. A file system that has the
 * same content in these places leads to the same results, without reading it again: see {@link TraceComparison}.
 *
 * <p>Safe for use by several threads.
 */
public final class ReadTrace {
    private static final long MAGIC = 0x63_72_6F_73_74_72_63_01L;
    /** A disk of 512 GiB has this many blocks. With a higher limit, a damaged image could use up memory. */
    static final long MAX_NUMBER = 1 << 27;

    private static final int MAX_BYTES = 1 << 28;

    private final BitSet inodes = new BitSet();
    private final BitSet blocks = new BitSet();
    private boolean complete = true;

    synchronized void addInode(long number) {
        add(inodes, number, 1);
    }

    synchronized void addBlocks(long first, long count) {
        add(blocks, first, count);
    }

    private void add(BitSet numbers, long first, long count) {
        if (first + count > MAX_NUMBER) {
            complete = false;
        } else {
            numbers.set((int) first, (int) (first + count));
        }
    }

    /** Adds the reads of an earlier run whose result is used again. */
    public void addAll(ReadTrace other) {
        BitSet otherInodes = other.inodes();
        BitSet otherBlocks = other.blocks();
        boolean otherComplete = other.isComplete();
        synchronized (this) {
            inodes.or(otherInodes);
            blocks.or(otherBlocks);
            complete &= otherComplete;
        }
    }

    /** Whether the trace has everything; for a file system of more than 512 GiB some reads may be left out. */
    public synchronized boolean isComplete() {
        return complete;
    }

    synchronized BitSet inodes() {
        return (BitSet) inodes.clone();
    }

    synchronized BitSet blocks() {
        return (BitSet) blocks.clone();
    }

    /** Writes a complete trace to a file. */
    public void write(Path file) throws IOException {
        ChecksummedFile.write(file, out -> {
            out.writeLong(MAGIC);
            write(inodes(), out);
            write(blocks(), out);
        });
    }

    private static void write(BitSet numbers, DataOutputStream out) throws IOException {
        int first = numbers.nextSetBit(0);
        while (first >= 0) {
            int end = numbers.nextClearBit(first);
            out.writeInt(first);
            out.writeInt(end);
            first = numbers.nextSetBit(end);
        }
        out.writeInt(-1);
    }

    /** @throws IOException also when the file is not a trace of this version */
    public static ReadTrace read(Path file) throws IOException {
        DataInputStream in = ChecksummedFile.read(file, MAX_BYTES);
        if (in.readLong() != MAGIC) {
            throw new IOException("'" + file + "' has a different version");
        }
        ReadTrace trace = new ReadTrace();
        read(in, trace.inodes);
        read(in, trace.blocks);
        return trace;
    }

    private static void read(DataInputStream in, BitSet numbers) throws IOException {
        int first = in.readInt();
        int before = -1;
        while (first >= 0) {
            int end = in.readInt();
            // Ascending, as they are written: otherwise a short file could set all bits again and again.
            if (first <= before || end <= first || end > MAX_NUMBER) {
                throw new IOException("a run from " + first + " to " + end + " after one to " + before);
            }
            numbers.set(first, end);
            before = end;
            first = in.readInt();
        }
    }
}
