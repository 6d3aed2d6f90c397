// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import io.crossbuild.io.PatientFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/**
 * Writes empty qcow2 images: version 3, clusters of 64 KiB, as {@code qemu-img create} would write them. The file takes
 * only a few KiB.
 */
public final class Qcow2Writer {
    private static final int CLUSTER_BITS = 16;
    private static final int CLUSTER = 1 << CLUSTER_BITS;
    private static final int REFCOUNT_ORDER = 4;
    private static final long L2_COVERAGE = (long) CLUSTER / Long.BYTES * CLUSTER;
    private static final int SECTOR = 512;
    // 32 MiB of L1 table, QEMU's limit.
    private static final long MAX_SIZE = (32L << 20) / Long.BYTES * L2_COVERAGE;

    private static final long REFCOUNT_TABLE = CLUSTER;
    private static final long REFCOUNT_BLOCK = 2L * CLUSTER;
    private static final long L1_TABLE = 3L * CLUSTER;

    private Qcow2Writer() {}

    /**
     * Writes an image that reads as zeros.
     *
     * @param virtualSizeBytes a multiple of 512, at most 2 PiB
     * @throws FileAlreadyExistsException when the file exists
     */
    public static void create(Path file, long virtualSizeBytes) throws IOException {
        write(file, virtualSizeBytes, "", "");
    }

    /**
     * Writes an image that reads as its backing disk, and as zeros after the backing disk's end.
     *
     * @param virtualSizeBytes a multiple of 512, at most 2 PiB; usually that of the backing disk
     * @param backingName the stored name of the backing file, relative to the image's directory or absolute; at most
     *     1023 bytes. The file need not exist
     * @param backingFormat "qcow2" or "raw"
     * @throws FileAlreadyExistsException when the file exists
     */
    public static void createOverlay(Path file, long virtualSizeBytes, String backingName, String backingFormat)
            throws IOException {
        if (backingName.isEmpty() || backingFormat.isEmpty()) {
            throw new IllegalArgumentException("no name or no format of the backing file");
        }
        write(file, virtualSizeBytes, backingName, backingFormat);
    }

    private static void write(Path file, long size, String backingName, String backingFormat) throws IOException {
        if (size < 0 || size % SECTOR != 0 || size > MAX_SIZE) {
            throw new IllegalArgumentException(
                    "virtual size " + size + " is not a multiple of 512 from 0 to " + MAX_SIZE);
        }
        int l1Entries = (int) ((size + L2_COVERAGE - 1) / L2_COVERAGE);
        int l1Clusters = (l1Entries * Long.BYTES + CLUSTER - 1) / CLUSTER;
        int clusters = (int) (L1_TABLE / CLUSTER) + l1Clusters;
        ByteBuffer header = header(size, l1Entries, backingName, backingFormat);
        Set<StandardOpenOption> options =
                Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE);
        try (FileChannel channel = FileChannel.open(file, options)) {
            try {
                writeFully(channel, header, 0);
                writeFully(
                        channel,
                        ByteBuffer.allocate(Long.BYTES).putLong(REFCOUNT_BLOCK).flip(),
                        REFCOUNT_TABLE);
                writeFully(channel, refcounts(clusters), REFCOUNT_BLOCK);
                // The L1 table is all zeros, and the file must reach to its end.
                writeFully(channel, ByteBuffer.allocate(1), (long) clusters * CLUSTER - 1);
            } catch (IOException e) {
                PatientFiles.deleteIfExists(file);
                throw e;
            }
        }
    }

    private static ByteBuffer refcounts(int clusters) {
        ByteBuffer refcounts = ByteBuffer.allocate(clusters * Short.BYTES);
        while (refcounts.hasRemaining()) {
            refcounts.putShort((short) 1);
        }
        return refcounts.flip();
    }

    private static ByteBuffer header(long size, int l1Entries, String backingName, String backingFormat) {
        byte[] name = backingName.getBytes(StandardCharsets.UTF_8);
        byte[] format = backingFormat.getBytes(StandardCharsets.UTF_8);
        if (name.length > Qcow2Header.MAX_BACKING_NAME) {
            throw new IllegalArgumentException("name of the backing file of " + name.length + " bytes");
        }
        int paddedFormat = (format.length + 7) / 8 * 8;
        int extensions = (format.length == 0 ? 0 : 8 + paddedFormat) + 8;
        ByteBuffer header = ByteBuffer.allocate(Qcow2Header.V3_LENGTH + extensions + name.length);
        header.putInt(Qcow2Header.MAGIC).putInt(3);
        header.putLong(name.length == 0 ? 0 : Qcow2Header.V3_LENGTH + extensions)
                .putInt(name.length);
        header.putInt(CLUSTER_BITS).putLong(size).putInt(0 /* no encryption */);
        header.putInt(l1Entries).putLong(L1_TABLE);
        header.putLong(REFCOUNT_TABLE).putInt(1 /* its clusters */);
        header.putInt(0).putLong(0); // no snapshots
        header.putLong(0).putLong(0).putLong(0); // no features: incompatible, compatible, autoclear
        header.putInt(REFCOUNT_ORDER).putInt(Qcow2Header.V3_LENGTH);
        if (format.length > 0) {
            header.putInt(Qcow2Header.BACKING_FORMAT_EXTENSION).putInt(format.length);
            header.put(format).put(new byte[paddedFormat - format.length]);
        }
        header.putLong(0); // end of the extensions
        return header.put(name).flip();
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes, long position) throws IOException {
        long at = position;
        while (bytes.hasRemaining()) {
            at += channel.write(bytes, at);
        }
    }
}
