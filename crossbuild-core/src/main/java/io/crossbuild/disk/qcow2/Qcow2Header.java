// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import io.crossbuild.disk.block.RawImage;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The header of a qcow2 image (QEMU, docs/interop/qcow2.txt), checked for everything that reading depends on.
 *
 * @param version 2 or 3
 * @param virtualSizeBytes the size of the disk in the image
 * @param backingFile the name of the image below, as it is stored; this code never opens it
 * @param backingFormat the format of the image below: "qcow2", "raw" and so on
 * @param clusterBits 9 to 21
 * @param l1Offset of the active L1 table in the file; a multiple of the cluster size
 * @param extendedL2 whether clusters have 32 subclusters each and L2 entries 16 bytes
 */
public record Qcow2Header(
        int version,
        long virtualSizeBytes,
        Optional<String> backingFile,
        Optional<String> backingFormat,
        int clusterBits,
        long l1Offset,
        int l1Entries,
        boolean extendedL2) {
    static final int MAGIC = 0x514649FB;
    static final int BACKING_FORMAT_EXTENSION = 0xE2792ACA;
    static final int MAX_BACKING_NAME = 1023;
    static final int V3_LENGTH = 104;

    private static final int V2_LENGTH = 72;
    private static final int MIN_CLUSTER_BITS = 9;
    private static final int MAX_CLUSTER_BITS = 21;
    private static final int MIN_EXTENDED_L2_CLUSTER_BITS = 14;
    // QCOW_MAX_L1_SIZE of QEMU's block/qcow2.h, in entries: QEMU would not open an image with more.
    private static final int MAX_L1_ENTRIES = (32 << 20) / Long.BYTES;

    private static final long INCOMPATIBLE_DIRTY = 1;
    private static final long INCOMPATIBLE_CORRUPT = 1 << 1;
    private static final long INCOMPATIBLE_DATA_FILE = 1 << 2;
    private static final long INCOMPATIBLE_COMPRESSION = 1 << 3;
    private static final long INCOMPATIBLE_EXTENDED_L2 = 1 << 4;

    /** Reads the header of a file. */
    public static Qcow2Header read(Path file) throws IOException, CrossbuildException {
        try (RawImage image = RawImage.open(file)) {
            return parse(image);
        }
    }

    static Qcow2Header parse(RawImage file) throws IOException, CrossbuildException {
        // The header, its extensions and the backing file's name are in the first cluster.
        int length = (int) Math.min(file.sizeBytes(), 1 << MAX_CLUSTER_BITS);
        if (length < V2_LENGTH) {
            throw new MalformedInputException(
                    file.name(), 0, length + " bytes (expected a qcow2 header of at least " + V2_LENGTH + ")");
        }
        ByteBuffer header = ByteBuffer.allocate(Math.min(length, 4096));
        file.read(header, 0);
        int clusterBits = checkClusterBits(file, header);
        ByteBuffer cluster = ByteBuffer.allocate(Math.min(length, 1 << clusterBits));
        file.read(cluster, 0);
        return new Parser(file, cluster, clusterBits).parse();
    }

    long clusterSize() {
        return 1L << clusterBits;
    }

    /** The number of bytes of one L2 entry. */
    int l2EntrySize() {
        return extendedL2 ? 16 : 8;
    }

    /** The number of bytes of the disk that one L2 table describes. */
    long l2Coverage() {
        return clusterSize() / l2EntrySize() * clusterSize();
    }

    private static int checkClusterBits(RawImage file, ByteBuffer header) throws MalformedInputException {
        if (header.getInt(0) != MAGIC) {
            throw new MalformedInputException(
                    file.name(), 0, String.format("magic 0x%08x (expected 0x%08x of qcow2)", header.getInt(0), MAGIC));
        }
        int bits = header.getInt(20);
        if (bits < MIN_CLUSTER_BITS || bits > MAX_CLUSTER_BITS) {
            throw new MalformedInputException(
                    file.name(), 20, "cluster size of 2^" + Integer.toUnsignedString(bits) + " (expected 2^9 to 2^21)");
        }
        return bits;
    }

    private static final class Parser {
        private final RawImage file;
        private final ByteBuffer header;
        private final int clusterBits;

        Parser(RawImage file, ByteBuffer firstCluster, int clusterBits) {
            this.file = file;
            this.header = firstCluster;
            this.clusterBits = clusterBits;
        }

        Qcow2Header parse() throws CrossbuildException {
            int version = header.getInt(4);
            if (version != 2 && version != 3) {
                throw malformed(4, "version " + Integer.toUnsignedString(version) + " (expected 2 or 3)");
            }
            if (header.getInt(32) != 0) {
                throw unsupported("encryption method " + Integer.toUnsignedString(header.getInt(32)));
            }
            int length = version == 2 ? V2_LENGTH : checkLength();
            boolean extendedL2 = version == 3 && checkFeatures(length);
            long size = header.getLong(24);
            int l1Entries = header.getInt(36);
            long l1Offset = header.getLong(40);
            Qcow2Header parsed = new Qcow2Header(
                    version, size, backingFile(), backingFormat(length), clusterBits, l1Offset, l1Entries, extendedL2);
            checkL1(parsed);
            return parsed;
        }

        private int checkLength() throws MalformedInputException {
            if (header.limit() < V3_LENGTH) {
                throw malformed(0, header.limit() + " bytes (expected a header of " + V3_LENGTH + ")");
            }
            int length = header.getInt(100);
            if (length < V3_LENGTH || length % 8 != 0 || length > header.limit()) {
                throw malformed(
                        100,
                        "header length " + Integer.toUnsignedString(length) + " (expected a multiple of 8 from "
                                + V3_LENGTH + " to " + header.limit() + ")");
            }
            return length;
        }

        /** Whether L2 entries are extended. */
        private boolean checkFeatures(int length) throws CrossbuildException {
            long features = header.getLong(72);
            if ((features & INCOMPATIBLE_CORRUPT) != 0) {
                throw malformed(72, "the image is marked as corrupt");
            }
            if ((features & INCOMPATIBLE_DATA_FILE) != 0) {
                throw unsupported("an external data file");
            }
            int compression = length > V3_LENGTH ? header.get(V3_LENGTH) & 0xFF : 0;
            boolean marked = (features & INCOMPATIBLE_COMPRESSION) != 0;
            if (marked != (compression != 0)) {
                throw malformed(V3_LENGTH, "compression type " + compression + " does not agree with the feature bits");
            }
            if (compression != 0) {
                throw unsupported(compression == 1 ? "zstd compression" : "compression type " + compression);
            }
            // The dirty bit says that reference counts may be stale. Only allocation needs them, and this code never
            // allocates.
            long known = INCOMPATIBLE_DIRTY | INCOMPATIBLE_EXTENDED_L2;
            if ((features & ~known) != 0) {
                throw unsupported("incompatible feature bits 0x" + Long.toHexString(features & ~known));
            }
            boolean extendedL2 = (features & INCOMPATIBLE_EXTENDED_L2) != 0;
            if (extendedL2 && clusterBits < MIN_EXTENDED_L2_CLUSTER_BITS) {
                throw malformed(20, "cluster size of 2^" + clusterBits + " (expected at least 2^14 with subclusters)");
            }
            return extendedL2;
        }

        private void checkL1(Qcow2Header parsed) throws MalformedInputException {
            long size = parsed.virtualSizeBytes();
            if (size < 0) {
                throw malformed(24, "virtual size " + Long.toUnsignedString(size) + " (expected less than 2^63)");
            }
            int entries = parsed.l1Entries();
            if (entries < 0 || entries > MAX_L1_ENTRIES) {
                throw malformed(
                        36,
                        "L1 table of " + Integer.toUnsignedString(entries) + " entries (expected at most "
                                + MAX_L1_ENTRIES + ")");
            }
            long needed = size / parsed.l2Coverage() + (size % parsed.l2Coverage() == 0 ? 0 : 1);
            if (entries < needed) {
                throw malformed(36, "L1 table of " + entries + " entries (expected at least " + needed + ")");
            }
            long offset = parsed.l1Offset();
            if (offset < 0 || offset % parsed.clusterSize() != 0 || offset > file.sizeBytes() - needed * Long.BYTES) {
                throw malformed(
                        40,
                        "L1 table at byte " + Long.toUnsignedString(offset)
                                + " (expected a cluster in the file, which has " + file.sizeBytes() + " bytes)");
            }
        }

        private Optional<String> backingFile() throws MalformedInputException {
            long offset = header.getLong(8);
            if (offset == 0) {
                return Optional.empty();
            }
            int length = header.getInt(16);
            if (length < 0 || length > MAX_BACKING_NAME || offset < 0 || offset > header.limit() - length) {
                throw malformed(
                        8,
                        "backing file name of " + Integer.toUnsignedString(length) + " bytes at byte "
                                + Long.toUnsignedString(offset) + " (expected at most " + MAX_BACKING_NAME
                                + " bytes in the first cluster)");
            }
            return Optional.of(text((int) offset, length));
        }

        private Optional<String> backingFormat(int headerLength) throws MalformedInputException {
            int at = headerLength;
            while (at <= header.limit() - 8) {
                int type = header.getInt(at);
                int length = header.getInt(at + 4);
                if (type == 0) {
                    break;
                }
                if (length < 0 || length > header.limit() - at - 8) {
                    throw malformed(
                            at,
                            "header extension of " + Integer.toUnsignedString(length) + " bytes (expected its end in"
                                    + " the first cluster)");
                }
                if (type == BACKING_FORMAT_EXTENSION) {
                    return Optional.of(text(at + 8, length));
                }
                at += 8 + (length + 7) / 8 * 8;
            }
            return Optional.empty();
        }

        private String text(int offset, int length) {
            return StandardCharsets.UTF_8.decode(header.slice(offset, length)).toString();
        }

        private MalformedInputException malformed(long offset, String problem) {
            return new MalformedInputException(file.name(), offset, problem);
        }

        private CrossbuildException unsupported(String what) {
            return new CrossbuildException(
                    "Unsupported qcow2 image '" + file.name() + "': it uses " + what, AdviceKey.CONVERT_IMAGE.advice());
        }
    }
}
