// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4.write;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes an ext4 file system with the files of a tree into a sparse raw image: blocks of 4 KiB, extents, no journal, no
 * checksums. All files belong to root; names, times, hard links and targets of links are those of the tree. The image
 * is as long as the file system, a multiple of 128 MiB, and takes the space of the files.
 */
public final class Ext4Writer {
    private static final int BUFFER = 1 << 20;
    /** One for each 16 KiB of free space, as mke2fs does by default, but no more than this. */
    private static final long MOST_FREE_INODES = 1 << 16;

    private static final long FREE_BYTES_PER_INODE = 16 << 10;

    private final FileChannel image;
    private final FileTree tree;
    private final List<NewInode> inodes;
    private final Geometry geometry;
    private final BlockAllocator allocator;

    private Ext4Writer(FileChannel image, FileTree tree, List<NewInode> inodes, Geometry geometry) {
        this.image = image;
        this.tree = tree;
        this.inodes = inodes;
        this.geometry = geometry;
        this.allocator = new BlockAllocator(geometry);
    }

    /**
     * Writes a file system.
     *
     * @param file the image
     * @param freeBytes how much space there is at least for more files
     * @throws FileAlreadyExistsException when the image exists
     * @throws CrossbuildException when the tree is malformed
     */
    public static void write(Path file, FileTree tree, TreeSelection selection, long freeBytes)
            throws IOException, CrossbuildException, InterruptedException {
        List<NewInode> inodes = TreeScan.of(tree, selection);
        long blocks = (freeBytes + Geometry.BLOCK - 1) / Geometry.BLOCK;
        for (NewInode inode : inodes) {
            // The tables at the beginning of a group split a content.
            long pieces = 2 + 2 * inode.blocks() / Geometry.BLOCKS_PER_GROUP;
            blocks += inode.blocks() + ExtentTree.blocksFor(pieces);
        }
        long free = Math.min(MOST_FREE_INODES, freeBytes / FREE_BYTES_PER_INODE);
        Geometry geometry = Geometry.of(blocks, Geometry.FIRST_INODE + inodes.size() + free);
        try (FileChannel image = FileChannel.open(
                file, Set.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW, StandardOpenOption.SPARSE))) {
            new Ext4Writer(image, tree, inodes, geometry).write();
        }
    }

    private void write() throws IOException, CrossbuildException, InterruptedException {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
        int[] directories = new int[geometry.groups()];
        for (NewInode inode : inodes) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            inode.extents().addAll(allocator.take(inode.blocks()));
            writeContent(inode, buffer);
            writeInode(inode);
            if (inode.node().isDirectory()) {
                directories[(inode.number() - 1) / geometry.inodesPerGroup()]++;
            }
        }
        int usedInodes = Geometry.FIRST_INODE - 1 + inodes.size() - 1;
        writeTables(new Tables(geometry, allocator, usedInodes, directories));
        // The image's length.
        writeFully(ByteBuffer.allocate(1), geometry.sizeBytes() - 1);
    }

    private void writeContent(NewInode inode, ByteBuffer buffer) throws IOException, CrossbuildException {
        if (inode.node().isDirectory()) {
            writeExtents(inode.extents(), DirectoryBlocks.of(inode));
        } else if (inode.node().isSymlink()) {
            writeExtents(inode.extents(), ByteBuffer.wrap(inode.target()));
        } else if (inode.blocks() > 0) {
            try (FileContent content = tree.open(inode.node())) {
                for (Extent extent : inode.extents()) {
                    copy(content, extent, inode.sizeBytes(), buffer);
                }
            }
        }
    }

    private void writeExtents(List<Extent> extents, ByteBuffer content) throws IOException {
        for (Extent extent : extents) {
            int from = (int) (extent.logical() * Geometry.BLOCK);
            int length = Math.min(content.limit() - from, extent.count() * Geometry.BLOCK);
            writeFully(content.slice(from, length), extent.start() * Geometry.BLOCK);
        }
    }

    /** What a file has lost since it was found reads as zeros. */
    private void copy(FileContent content, Extent extent, long size, ByteBuffer buffer)
            throws IOException, CrossbuildException {
        long from = extent.logical() * Geometry.BLOCK;
        long end = Math.min(size, from + (long) extent.count() * Geometry.BLOCK);
        long shift = extent.start() * Geometry.BLOCK - from;
        for (long at = from; at < end; ) {
            FileContent.Run run = at < content.sizeBytes() ? content.runAt(at) : new FileContent.Run(true, end);
            if (run.hole()) {
                at = run.end();
                continue;
            }
            buffer.clear().limit((int) Math.min(BUFFER, Math.min(end, run.end()) - at));
            int read = content.read(buffer, at);
            if (read < 0) {
                return;
            }
            writeFully(buffer.flip(), at + shift);
            at += read;
        }
    }

    private void writeInode(NewInode inode) throws IOException {
        ExtentTree extents = new ExtentTree(inode.extents(), allocator);
        inode.treeBlocks(extents.blocks().size());
        for (Map.Entry<Long, ByteBuffer> block : extents.blocks().entrySet()) {
            writeFully(block.getValue(), block.getKey() * Geometry.BLOCK);
        }
        writeFully(NewInodeBytes.of(inode, extents.root()), geometry.inode(inode.number()));
    }

    private void writeTables(Tables tables) throws IOException {
        Instant now = Instant.now();
        ByteBuffer descriptors = tables.descriptors();
        for (int group = 0; group < geometry.groups(); group++) {
            if (Geometry.hasSuperblock(group)) {
                long start = geometry.start(group);
                writeFully(tables.superblock(group, now), start * Geometry.BLOCK);
                writeFully(descriptors.duplicate(), (start + 1) * Geometry.BLOCK);
            }
            writeFully(tables.bitmaps(group), geometry.blockBitmap(group) * Geometry.BLOCK);
        }
    }

    private void writeFully(ByteBuffer bytes, long position) throws IOException {
        for (long at = position; bytes.hasRemaining(); ) {
            at += image.write(bytes, at);
        }
    }
}
