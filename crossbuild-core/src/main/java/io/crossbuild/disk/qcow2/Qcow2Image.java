// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.qcow2;

import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.disk.block.RawImage;
import io.crossbuild.disk.block.Zeros;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A qcow2 image, alone or over a backing disk (QEMU, docs/interop/qcow2.txt; versions 2 and 3).
 *
 * <p>The backing disk is the one that the caller passes, never the one that the image names. Compressed (deflate) and
 * zero clusters and subclusters are understood; encryption, zstd and external data files are refused. The file must not
 * be written to while it is open.
 */
public final class Qcow2Image implements BlockDevice {
    private static final long OFFSET_MASK = 0x00FF_FFFF_FFFF_FE00L;
    private static final long COMPRESSED = 1L << 62;
    private static final long READS_AS_ZERO = 1;
    private static final int SUBCLUSTERS = 32;
    // How far a run is followed when the caller does not limit it.
    private static final int RUN_CLUSTERS = 1024;

    private final RawImage file;
    private final Qcow2Header header;
    private final @Nullable BlockDevice backing;
    private final TableCache tables;
    private final ChainMap chain;
    private final CompressedClusters compressed;

    private Qcow2Image(RawImage file, Qcow2Header header, @Nullable BlockDevice backing) {
        this.file = file;
        this.header = header;
        this.backing = backing;
        this.tables = new TableCache(file);
        this.chain = new ChainMap(this);
        this.compressed = new CompressedClusters(file, header.clusterBits());
    }

    /**
     * Opens an image that has no backing disk.
     *
     * @throws MalformedInputException when it is not a qcow2 image, or needs a backing disk
     */
    public static Qcow2Image open(Path file) throws IOException, CrossbuildException {
        return openOver(file, null);
    }

    /**
     * Opens an image over the disk that it was made on. Closing it also closes the backing disk; if opening the image
     * fails, the backing disk stays open.
     *
     * @throws MalformedInputException when it is not a qcow2 image, or has no backing disk
     */
    public static Qcow2Image open(Path file, BlockDevice backing) throws IOException, CrossbuildException {
        return openOver(file, backing);
    }

    /**
     * Opens a chain of images.
     *
     * @param files in the order in which they were made: the first one has no backing disk, the last one is read
     */
    public static Qcow2Image openChain(List<Path> files) throws IOException, CrossbuildException {
        Qcow2Image top = null;
        try {
            for (Path file : files) {
                top = openOver(file, top);
            }
        } catch (IOException | CrossbuildException | RuntimeException e) {
            if (top != null) {
                top.close();
            }
            throw e;
        }
        if (top == null) {
            throw new IllegalArgumentException("a chain of no images");
        }
        return top;
    }

    private static Qcow2Image openOver(Path path, @Nullable BlockDevice backing)
            throws IOException, CrossbuildException {
        RawImage file = RawImage.open(path);
        try {
            Qcow2Header header = Qcow2Header.parse(file);
            // Without its backing disk an image reads as something that never existed; a backing disk that is not
            // needed is a caller's mistake.
            if (header.backingFile().isPresent() != (backing != null)) {
                throw new MalformedInputException(
                        file.name(),
                        8,
                        header.backingFile()
                                        .map(name -> "backing file '" + name + "'")
                                        .orElse("no backing file")
                                + " (expected "
                                + (backing == null ? "none" : "an image over '" + backing.name() + "'") + ")");
            }
            return new Qcow2Image(file, header, backing);
        } catch (IOException | CrossbuildException | RuntimeException e) {
            file.close();
            throw e;
        }
    }

    public Qcow2Header header() {
        return header;
    }

    @Override
    public String name() {
        return file.name();
    }

    @Override
    public long sizeBytes() {
        return header.virtualSizeBytes();
    }

    @Override
    public void read(ByteBuffer target, long position) throws IOException, CrossbuildException {
        BlockDevice.checkRange(this, target, position);
        long at = position;
        while (target.hasRemaining()) {
            long cluster = at >>> header.clusterBits();
            ChainSlice slice = chain.slice(cluster);
            int index = (int) (cluster - slice.first());
            Qcow2Image owner = slice.owner(index);
            Extent extent = owner == null
                    ? extentAt(at, target.remaining())
                    : owner.extentOf(slice, index, at + target.remaining());
            int length = (int) Math.min(target.remaining(), extent.end() - at);
            ByteBuffer part = target.slice(target.position(), length);
            (owner == null ? this : owner).read(extent, part, at);
            target.position(target.position() + length);
            at += length;
        }
    }

    /**
     * The extent of a cluster that this image owns, including the following requested clusters if they are stored in a
     * row.
     */
    private Extent extentOf(ChainSlice slice, int index, long wantedEnd) throws MalformedInputException {
        long entry = slice.entry(index);
        long start = (slice.first() + index) << header.clusterBits();
        Extent extent = extentOf(entry, start);
        if (extent.kind() != Kind.DATA || extent.end() >= wantedEnd) {
            return extent;
        }
        int clusters = slice.rising(index, header.clusterSize(), wantedEnd - start);
        checkInFile(extent.fileOffset() + (clusters - 1) * header.clusterSize());
        return extent.until(start + clusters * header.clusterSize());
    }

    /** The image below, if it has clusters of the same size and is at least this long. */
    @Nullable Qcow2Image below(long end) {
        return backing instanceof Qcow2Image below
                        && below.header.clusterBits() == header.clusterBits()
                        && below.sizeBytes() >= end
                ? below
                : null;
    }

    /**
     * Claims the clusters that this image stores; false when its tables are damaged or have a different form, which is
     * reported where they are read.
     */
    boolean claim(ChainSlice slice) throws IOException {
        if (header.extendedL2()) {
            return false;
        }
        long perTable = header.clusterSize() / Long.BYTES;
        long[] entries = new long[slice.clusters()];
        long[] table = new long[1];
        if (!tables.entries(header.l1Offset(), slice.first() / perTable, table)) {
            return false;
        }
        long l2Table = table[0] & OFFSET_MASK;
        if (l2Table == 0) {
            return true;
        }
        if (l2Table % header.clusterSize() != 0 || !tables.entries(l2Table, slice.first() % perTable, entries)) {
            return false;
        }
        for (int i = 0; i < entries.length; i++) {
            if ((entries[i] & COMPRESSED) == 0) {
                entries[i] &= OFFSET_MASK | READS_AS_ZERO;
            }
        }
        slice.claim(this, entries);
        return true;
    }

    @Override
    public Run runAt(long position) throws IOException, CrossbuildException {
        Extent extent = extentAt(position, RUN_CLUSTERS * header.clusterSize());
        if (extent.kind() != Kind.BACKING) {
            return new Run(extent.kind() == Kind.ZERO, extent.end());
        }
        if (backing == null || position >= backing.sizeBytes()) {
            return new Run(true, extent.end());
        }
        Run below = backing.runAt(position);
        return new Run(below.zero(), Math.min(extent.end(), below.end()));
    }

    /**
     * The ranges of the disk of which the topmost images of a chain store something: elsewhere the disk reads as the
     * image below these.
     *
     * @param images the number of topmost images, at most all images of the chain
     */
    public List<Range> storedRanges(int images) throws IOException, CrossbuildException {
        List<Range> ranges = new ArrayList<>();
        Qcow2Image image = this;
        for (int left = images; left > 0; left--) {
            image.addStoredRanges(ranges);
            if (left > 1) {
                if (!(image.backing instanceof Qcow2Image below)) {
                    throw new IllegalArgumentException("a chain of " + (images - left + 1) + " images");
                }
                image = below;
            }
        }
        return ranges;
    }

    private void addStoredRanges(List<Range> ranges) throws IOException, CrossbuildException {
        long position = 0;
        while (position < sizeBytes()) {
            Extent extent = extentAt(position, sizeBytes() - position);
            if (extent.kind() != Kind.BACKING) {
                ranges.add(new Range(position, extent.end()));
            }
            position = extent.end();
        }
    }

    /** Closes the file and the backing disk. */
    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            if (backing != null) {
                backing.close();
            }
        }
    }

    private void read(Extent extent, ByteBuffer target, long position) throws IOException, CrossbuildException {
        switch (extent.kind()) {
            case ZERO -> Zeros.fill(target);
            case BACKING -> readBacking(target, position);
            case DATA -> readPadded(target, extent.fileOffset() + (position - extent.start()));
            case COMPRESSED ->
                target.put(compressed.read(extent.fileOffset()), (int) (position - extent.start()), target.remaining());
        }
    }

    private void readBacking(ByteBuffer target, long position) throws IOException, CrossbuildException {
        long size = backing == null ? 0 : backing.sizeBytes();
        int inside = (int) Math.max(0, Math.min(target.remaining(), size - position));
        if (backing != null && inside > 0) {
            backing.read(target.slice(target.position(), inside), position);
            target.position(target.position() + inside);
        }
        Zeros.fill(target);
    }

    /** The file may end within its last cluster: missing bytes read as zero. */
    private void readPadded(ByteBuffer target, long fileOffset) throws IOException {
        int inside = (int) Math.max(0, Math.min(target.remaining(), file.sizeBytes() - fileOffset));
        file.read(target.slice(target.position(), inside), fileOffset);
        target.position(target.position() + inside);
        Zeros.fill(target);
    }

    /** The longest extent at a position that is known without reading tables beyond the requested bytes. */
    private Extent extentAt(long position, long wanted) throws IOException, CrossbuildException {
        Extent extent = lookUp(position);
        while (extent.end() - position < wanted && extent.end() < sizeBytes()) {
            Extent next = lookUp(extent.end());
            if (!extent.isContinuedBy(next)) {
                break;
            }
            extent = extent.until(next.end());
        }
        return extent.until(Math.min(extent.end(), sizeBytes()));
    }

    /** The extent of the cluster or subcluster at a position, or the whole range of an L2 table that does not exist. */
    private Extent lookUp(long position) throws IOException, CrossbuildException {
        long l1Index = position / header.l2Coverage();
        long l2Table = tables.entry("L1", header.l1Offset(), l1Index) & OFFSET_MASK;
        if (l2Table == 0) {
            long start = l1Index * header.l2Coverage();
            return new Extent(Kind.BACKING, start, start + header.l2Coverage(), 0);
        }
        checkAligned("L2 table", l2Table);
        long l2Index = position % header.l2Coverage() >>> header.clusterBits();
        long start = position & -header.clusterSize();
        int entryLongs = header.l2EntrySize() / Long.BYTES;
        long entry = tables.entry("L2", l2Table, l2Index * entryLongs);
        if (header.extendedL2() && (entry & COMPRESSED) == 0) {
            long bitmap = tables.entry("L2", l2Table, l2Index * entryLongs + 1);
            return subcluster(entry, bitmap, position);
        }
        return extentOf(entry, start);
    }

    private Extent extentOf(long entry, long start) throws MalformedInputException {
        return (entry & COMPRESSED) != 0
                ? new Extent(Kind.COMPRESSED, start, start + header.clusterSize(), entry)
                : cluster(entry, start);
    }

    private Extent cluster(long entry, long start) throws MalformedInputException {
        long offset = entry & OFFSET_MASK;
        Kind kind = offset == 0 ? Kind.BACKING : Kind.DATA;
        if ((entry & READS_AS_ZERO) != 0) {
            if (header.version() < 3) {
                throw new MalformedInputException(
                        name(),
                        -1,
                        "zero cluster for byte " + start + " of the disk in version 2 (expected version 3)");
            }
            kind = Kind.ZERO;
        }
        if (kind == Kind.DATA) {
            checkInFile(offset);
        }
        return new Extent(kind, start, start + header.clusterSize(), offset);
    }

    private Extent subcluster(long entry, long bitmap, long position) throws MalformedInputException {
        long size = header.clusterSize() / SUBCLUSTERS;
        int index = (int) (position % header.clusterSize() / size);
        long start = position & -size;
        boolean allocated = (bitmap >>> index & 1) != 0;
        boolean zero = (bitmap >>> (SUBCLUSTERS + index) & 1) != 0;
        long offset = entry & OFFSET_MASK;
        if ((entry & READS_AS_ZERO) != 0 || (allocated && (zero || offset == 0))) {
            throw new MalformedInputException(
                    name(), -1, "contradictory subclusters for byte " + start + " of the disk");
        }
        if (!allocated) {
            return new Extent(zero ? Kind.ZERO : Kind.BACKING, start, start + size, 0);
        }
        checkInFile(offset);
        return new Extent(Kind.DATA, start, start + size, offset + index * size);
    }

    private void checkInFile(long offset) throws MalformedInputException {
        checkAligned("data cluster", offset);
        if (offset >= file.sizeBytes()) {
            throw new MalformedInputException(
                    name(),
                    offset,
                    "data cluster beyond the end of the file (expected less than " + file.sizeBytes() + ")");
        }
    }

    private void checkAligned(String what, long offset) throws MalformedInputException {
        if (offset % header.clusterSize() != 0) {
            throw new MalformedInputException(
                    name(), offset, what + " not aligned (expected a multiple of " + header.clusterSize() + ")");
        }
    }

    private enum Kind {
        DATA,
        COMPRESSED,
        ZERO,
        BACKING
    }

    /**
     * A range of the disk and where its bytes are.
     *
     * @param fileOffset of the first byte in the file; for a compressed cluster its L2 entry
     */
    private record Extent(Kind kind, long start, long end, long fileOffset) {
        boolean isContinuedBy(Extent next) {
            return switch (kind) {
                case DATA -> next.kind == Kind.DATA && next.fileOffset == fileOffset + (end - start);
                case COMPRESSED -> false;
                case ZERO, BACKING -> next.kind == kind;
            };
        }

        Extent until(long newEnd) {
            return newEnd == end ? this : new Extent(kind, start, newEnd, fileOffset);
        }
    }
}
