// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk;

import io.crossbuild.disk.block.BlockDevice;
import io.crossbuild.disk.ext4.Ext4FileTree;
import io.crossbuild.disk.qcow2.Qcow2Image;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Opens the file system that a disk image holds. */
public final class DiskTree {
    private DiskTree() {}

    /**
     * Opens the ext4 file system that fills the disk of a chain of qcow2 images.
     *
     * @param qcow2Chain in the order in which they were made: first the environment, then each layer, last the one to read
     * @throws CrossbuildException when an image or the file system is malformed or uses what cannot be read
     */
    public static FileTree open(List<Path> qcow2Chain) throws IOException, CrossbuildException {
        return open(Qcow2Image.openChain(qcow2Chain));
    }

    /** Opens the ext4 file system that fills a disk; closing the tree closes the disk, and so does a failure. */
    public static FileTree open(BlockDevice disk) throws IOException, CrossbuildException {
        try {
            return Ext4FileTree.open(disk);
        } catch (IOException | CrossbuildException | RuntimeException e) {
            disk.close();
            throw e;
        }
    }
}
