// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;
import org.apache.commons.compress.archivers.cpio.CpioConstants;

/**
 * Writes an initramfs: a cpio archive in the "newc" format (Documentation/driver-api/early-userspace/buffer-format.rst
 * of the kernel). Everything belongs to root and has no time, so the same content results in the same bytes.
 */
final class InitramfsWriter implements AutoCloseable {
    private final CpioArchiveOutputStream out;
    private final Set<String> written = new HashSet<>();
    private long inode = 1;

    InitramfsWriter(OutputStream out) {
        this.out = new CpioArchiveOutputStream(out, CpioConstants.FORMAT_NEW);
    }

    /** Adds a directory and its parents, unless they exist. */
    void directory(String path) throws IOException {
        if (path.equals("/") || !written.add(path)) {
            return;
        }
        directory(TreePaths.parent(path));
        put(path, CpioConstants.C_ISDIR | 0755, new byte[0]);
    }

    /** Adds a file, unless its path already exists. */
    void file(String path, int permissions, byte[] content) throws IOException {
        directory(TreePaths.parent(path));
        if (written.add(path)) {
            put(path, CpioConstants.C_ISREG | permissions, content);
        }
    }

    /** Adds a symbolic link, unless its path already exists. */
    void symlink(String path, String target) throws IOException {
        directory(TreePaths.parent(path));
        if (written.add(path)) {
            put(path, CpioConstants.C_ISLNK | 0777, target.getBytes(StandardCharsets.UTF_8));
        }
    }

    private void put(String path, int mode, byte[] content) throws IOException {
        CpioArchiveEntry entry = new CpioArchiveEntry(CpioConstants.FORMAT_NEW, path.substring(1), content.length);
        entry.setMode(mode);
        entry.setInode(inode++);
        entry.setTime(0);
        entry.setNumberOfLinks(1);
        out.putArchiveEntry(entry);
        out.write(content);
        out.closeArchiveEntry();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
