// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a tar archive whose names are exactly those of the files, byte for byte (see {@link NameCodec}), however long.
 * GNU tar can read it. Only the current entry is kept in memory.
 */
public final class TarWriter implements Closeable {
    private final TarArchiveOutputStream out;

    /** @param blockBytes the archive's length becomes a multiple of this; must be a multiple of 512 */
    public TarWriter(OutputStream out, int blockBytes) {
        // Names are bytes: Latin-1 keeps each byte as it is.
        this.out = new TarArchiveOutputStream(out, blockBytes, StandardCharsets.ISO_8859_1.name());
        this.out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        this.out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
    }

    /** @param path without a slash at its end */
    public void directory(String path, FileAttributes attributes) throws IOException {
        put(entry(path + "/", TarConstants.LF_DIR, attributes));
    }

    /** @throws IOException also when the content does not have the announced length */
    public void file(String path, FileAttributes attributes, long sizeBytes, InputStream content) throws IOException {
        TarArchiveEntry entry = entry(path, TarConstants.LF_NORMAL, attributes);
        entry.setSize(sizeBytes);
        out.putArchiveEntry(entry);
        content.transferTo(out);
        out.closeArchiveEntry();
    }

    public void symlink(String path, String target, FileAttributes attributes) throws IOException {
        link(path, TarConstants.LF_SYMLINK, target, attributes);
    }

    /** @param existing the path of an earlier entry */
    public void hardLink(String path, String existing, FileAttributes attributes) throws IOException {
        link(path, TarConstants.LF_LINK, existing, attributes);
    }

    public void fifo(String path, FileAttributes attributes) throws IOException {
        put(entry(path, TarConstants.LF_FIFO, attributes));
    }

    /** Ends the archive; the stream below stays open. */
    public void finish() throws IOException {
        out.finish();
    }

    private void link(String path, byte flag, String target, FileAttributes attributes) throws IOException {
        TarArchiveEntry entry = entry(path, flag, attributes);
        entry.setLinkName(latin1(target));
        put(entry);
    }

    private static TarArchiveEntry entry(String path, byte flag, FileAttributes attributes) {
        TarArchiveEntry entry = new TarArchiveEntry(latin1(path), flag, true);
        entry.setMode(attributes.permissions());
        entry.setIds((int) attributes.uid(), (int) attributes.gid());
        // ustar has only whole seconds.
        entry.setModTime(
                Instant.ofEpochSecond(attributes.modified().getEpochSecond()).toEpochMilli());
        return entry;
    }

    private void put(TarArchiveEntry entry) throws IOException {
        out.putArchiveEntry(entry);
        out.closeArchiveEntry();
    }

    private static String latin1(String name) {
        return new String(NameCodec.encode(name), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
