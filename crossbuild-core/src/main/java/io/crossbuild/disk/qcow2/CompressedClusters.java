// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import io.crossbuild.disk.block.BoundedCache;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/** The clusters of an image that are stored as raw deflate streams. Safe for use by several threads. */
final class CompressedClusters {
    private static final int SECTOR = 512;
    private static final long CACHE_BYTES = 4 << 20;

    private final RawImage file;
    private final int clusterBits;
    private final BoundedCache<Long, byte[]> clusters = new BoundedCache<>(CACHE_BYTES, cluster -> cluster.length);

    CompressedClusters(RawImage file, int clusterBits) {
        this.file = file;
        this.clusterBits = clusterBits;
    }

    /** The bytes of the cluster that an L2 entry describes; must not be changed. */
    byte[] read(long l2Entry) throws IOException, MalformedInputException {
        // "Compressed Clusters Descriptor": x = 62 - (cluster_bits - 8) bits of offset, then the count of further
        // sectors.
        int offsetBits = 62 - (clusterBits - 8);
        long descriptor = l2Entry & ((1L << 62) - 1);
        long offset = descriptor & ((1L << offsetBits) - 1);
        long sectors = (descriptor >>> offsetBits) + 1;
        byte[] cached = clusters.get(descriptor);
        if (cached != null) {
            return cached;
        }
        byte[] cluster = inflate(offset, sectors * SECTOR - offset % SECTOR);
        clusters.put(descriptor, cluster);
        return cluster;
    }

    private byte[] inflate(long offset, long length) throws IOException, MalformedInputException {
        if (offset >= file.sizeBytes()) {
            throw malformed(offset, "compressed cluster beyond the end of the file", null);
        }
        // The last sector need not be complete.
        ByteBuffer compressed = ByteBuffer.allocate((int) Math.min(length, file.sizeBytes() - offset));
        file.read(compressed, offset);
        byte[] cluster = new byte[1 << clusterBits];
        Inflater inflater = new Inflater(true);
        try {
            inflater.setInput(compressed.flip());
            int filled = 0;
            while (filled < cluster.length) {
                int n = inflater.inflate(cluster, filled, cluster.length - filled);
                if (n == 0) {
                    throw malformed(
                            offset,
                            "compressed cluster of " + filled + " bytes (expected " + cluster.length + ")",
                            null);
                }
                filled += n;
            }
            return cluster;
        } catch (DataFormatException e) {
            throw malformed(offset, "compressed cluster is not a deflate stream", e);
        } finally {
            inflater.end();
        }
    }

    private MalformedInputException malformed(long offset, String problem, @Nullable Throwable cause) {
        return new MalformedInputException(file.name(), offset, problem, cause);
    }
}
