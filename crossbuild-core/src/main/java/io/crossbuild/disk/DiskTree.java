// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk;

import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.disk.ext4.AccessWindow;
import io.crossbuild.disk.ext4.AccessedFiles;
import io.crossbuild.disk.ext4.Ext4FileTree;
import io.crossbuild.disk.ext4.ReadTrace;
import io.crossbuild.disk.ext4.TraceComparison;
import io.crossbuild.disk.qcow2.Qcow2Image;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Opens the file system in a disk image. */
public final class DiskTree {
    private DiskTree() {}

    /**
     * Opens the ext4 file system that fills the disk of a chain of qcow2 images.
     *
     * @param qcow2Chain in the order in which they were made: first the environment, then each layer; the last one is
     *     read
     * @throws CrossbuildException when an image or the file system is malformed or uses an unsupported feature
     */
    public static FileTree open(List<Path> qcow2Chain) throws IOException, CrossbuildException {
        return open(qcow2Chain, null);
    }

    /**
     * Like the other method.
     *
     * @param trace receives everything that is read from the file system; null for none
     */
    public static FileTree open(List<Path> qcow2Chain, @Nullable ReadTrace trace)
            throws IOException, CrossbuildException {
        return open(Qcow2Image.openChain(qcow2Chain), trace);
    }

    /** Opens the ext4 file system that fills a disk; closing the tree closes the disk, and so does a failure. */
    public static FileTree open(BlockDevice disk) throws IOException, CrossbuildException {
        return open(disk, null);
    }

    private static Ext4FileTree open(BlockDevice disk, @Nullable ReadTrace trace)
            throws IOException, CrossbuildException {
        try {
            return Ext4FileTree.open(disk, trace);
        } catch (IOException | CrossbuildException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }

    /**
     * The regular files, links and directories that were read within a time.
     *
     * @param qcow2Chain as for {@link #open(List)}
     * @return the type of each, by its absolute path
     */
    public static SortedMap<String, FileType> accessed(List<Path> qcow2Chain, AccessWindow window)
            throws IOException, CrossbuildException {
        try (Ext4FileTree tree = open(Qcow2Image.openChain(qcow2Chain), null)) {
            return AccessedFiles.find(tree, window);
        }
    }

    /**
     * Whether everything that was read from one disk is the same on another.
     *
     * @param trace a complete trace of a tree on {@code before}
     * @param before a chain of images as for {@link #open(List)}
     * @param now another chain that begins with the same images; only the images above these are compared
     */
    public static boolean readsTheSame(ReadTrace trace, List<Path> before, List<Path> now)
            throws IOException, CrossbuildException {
        int common = 0;
        while (common < Math.min(before.size(), now.size())
                && before.get(common).equals(now.get(common))) {
            common++;
        }
        try (Qcow2Image diskBefore = Qcow2Image.openChain(before);
                Qcow2Image diskNow = Qcow2Image.openChain(now)) {
            List<BlockDevice.Range> changed = new ArrayList<>(diskBefore.storedRanges(before.size() - common));
            changed.addAll(diskNow.storedRanges(now.size() - common));
            return TraceComparison.isSame(diskBefore, diskNow, trace, changed);
        }
    }
}
