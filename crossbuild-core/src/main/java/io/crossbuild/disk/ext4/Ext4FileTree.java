// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.disk.block.BoundedCache;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.BufferContent;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.NameCodec;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An ext2, ext3 or ext4 file system (the kernel's Documentation/filesystems/ext4).
 *
 * <p>Checksums are verified wherever the file system has them. A file system whose journal must be replayed is refused,
 * and so is one that the kernel marked as damaged. For any image the directories form a tree: a directory that is not
 * where its ".." says is an error. Casefolded names are compared as they are stored; encrypted files are refused.
 */
public final class Ext4FileTree implements FileTree {
    // PATH_MAX of limits.h, including the final zero byte.
    private static final int LONGEST_LINK = 4095;
    private static final int CACHED_NAMES = 100_000;
    private static final int NAMES_WORTH_OF_A_DIRECTORY = 8;
    private static final int CACHED_DIRECTORY_NODES = 20_000;

    private final Volume volume;
    private final InodeTable inodes;
    private final Ext4Node root;
    private final BoundedCache<Long, Directory> directories =
            new BoundedCache<>(CACHED_NAMES, d -> d.size() + NAMES_WORTH_OF_A_DIRECTORY);
    // Every path leads through some of these, every time.
    private final BoundedCache<Long, PlacedDirectory> directoryNodes =
            new BoundedCache<>(CACHED_DIRECTORY_NODES, node -> 1);

    private record PlacedDirectory(Ext4Node node, long parent) {}

    private Ext4FileTree(Volume volume) throws IOException, CrossbuildException {
        this.volume = volume;
        this.inodes = new InodeTable(volume);
        this.root = Ext4Node.of(inodes.get(InodeTable.ROOT));
        if (root.type() != FileType.DIRECTORY) {
            throw volume.malformed(-1, "the root is a " + root.type() + " (expected a directory)");
        }
    }

    /**
     * Opens the file system that fills a device. Closing the tree closes the device; if opening the tree fails, the
     * device stays open.
     *
     * @param trace receives everything that is read from it; null for none
     * @throws MalformedInputException when there is no valid ext4 file system
     * @throws CrossbuildException when it uses unsupported features; the message names them
     */
    public static Ext4FileTree open(BlockDevice device, @Nullable ReadTrace trace)
            throws IOException, CrossbuildException {
        return new Ext4FileTree(Volume.open(device, trace));
    }

    @Override
    public FileNode root() {
        return root;
    }

    @Override
    public Optional<FileNode> child(FileNode directory, String name) throws IOException, CrossbuildException {
        Ext4Node parent = own(directory, FileType.DIRECTORY);
        Optional<Long> number = entries(parent).find(name);
        return number.isEmpty() ? Optional.empty() : Optional.of(childNode(parent, number.get()));
    }

    @Override
    public List<Entry> children(FileNode directory) throws IOException, CrossbuildException {
        Ext4Node parent = own(directory, FileType.DIRECTORY);
        Directory entries = entries(parent);
        Entry[] children = new Entry[entries.size()];
        Set<Long> subdirectories = new HashSet<>();
        // In the order of the inode table, so that it is read sequentially.
        for (int i : entries.byInode()) {
            Ext4Node child = childNode(parent, entries.inode(i));
            if (child.isDirectory() && !subdirectories.add(child.id())) {
                throw volume.malformed(
                        -1, "directory inode " + child.id() + " has a second name '" + entries.name(i) + "'");
            }
            children[i] = new Entry(entries.name(i), child);
        }
        return List.of(children);
    }

    @Override
    public String linkTarget(FileNode symlink) throws IOException, CrossbuildException {
        Inode inode = inodes.get(own(symlink, FileType.SYMLINK).id());
        inode.checkReadable();
        long size = inode.sizeBytes();
        if (size == 0 || size > LONGEST_LINK) {
            throw inode.malformed("link of " + size + " bytes (expected 1 to " + LONGEST_LINK + "):");
        }
        byte[] target = new byte[(int) size];
        if (inode.isInline()) {
            InlineData.content(inode).get(0, target);
        } else if (size < Inode.MAP_LENGTH && !inode.hasExtents()) {
            inode.map().get(0, target);
        } else {
            new BlockContent(inode).read(ByteBuffer.wrap(target), 0);
        }
        String text = NameCodec.decode(target);
        if (text.indexOf('\0') >= 0) {
            throw inode.malformed("zero byte in the target of link");
        }
        return text;
    }

    @Override
    public FileContent open(FileNode file) throws IOException, CrossbuildException {
        Inode inode = inodes.get(own(file, FileType.REGULAR).id());
        inode.checkReadable();
        return inode.isInline() ? new BufferContent(InlineData.content(inode)) : new BlockContent(inode);
    }

    /** The inode of a file. */
    Inode inode(FileNode node) throws IOException, CrossbuildException {
        return inodes.get(own(node, node.type()).id());
    }

    /** What the device stores: the images of a disk have no more clusters, whatever the file system says. */
    @Override
    public OptionalLong storedBytes() throws IOException, CrossbuildException {
        BlockDevice device = volume.device();
        long stored = 0;
        long position = 0;
        while (position < device.sizeBytes()) {
            BlockDevice.Run run = device.runAt(position);
            stored += run.zero() ? 0 : run.end() - position;
            position = run.end();
        }
        return OptionalLong.of(stored);
    }

    /** Closes the device. */
    @Override
    public void close() throws IOException {
        volume.device().close();
    }

    private Directory entries(Ext4Node node) throws IOException, CrossbuildException {
        Directory known = directories.get(node.id());
        if (known != null) {
            return known;
        }
        Directory directory = DirectoryReader.read(inodes.get(node.id()));
        directories.put(node.id(), directory);
        return directory;
    }

    /**
     * The file of an entry. A directory must name the directory in which it was found as its parent: so no directory
     * has two places, and none is below itself.
     */
    private Ext4Node childNode(Ext4Node parent, long number) throws IOException, CrossbuildException {
        PlacedDirectory placed = directoryNodes.get(number);
        if (placed != null && placed.parent() == parent.id()) {
            return placed.node();
        }
        Inode inode = inodes.get(number);
        Ext4Node node = Ext4Node.of(inode);
        if (node.isDirectory()) {
            Directory known = directories.get(number);
            long stored = known == null ? DirectoryReader.parentOf(inode) : known.parent();
            if (stored != parent.id() || number == InodeTable.ROOT || number == parent.id()) {
                throw volume.malformed(
                        inode.block(),
                        "directory inode " + number + " found in inode " + parent.id()
                                + " (expected in its parent, inode " + stored + ")");
            }
            directoryNodes.put(number, new PlacedDirectory(node, stored));
        }
        return node;
    }

    private static Ext4Node own(FileNode node, FileType wanted) {
        if (!(node instanceof Ext4Node own)) {
            throw new IllegalArgumentException("a file of a different tree");
        }
        if (own.type() != wanted) {
            throw new IllegalArgumentException("not a " + wanted + ": inode " + own.id());
        }
        return own;
    }
}
