// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.NameCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;

/** Reads the tar archive inside a package. Any problem with it becomes a {@link MalformedInputException}. */
final class TarWalk {
    private static final long MAX_HEADER_BYTES = 1 << 20;
    private static final long MAX_FILE_BYTES = 8L << 30;
    private static final long MAX_TOTAL_BYTES = 32L << 30;
    private static final int MAX_ENTRIES = 1 << 20;
    /** PATH_MAX of the kernel. */
    private static final int MAX_PATH_BYTES = 4096;
    /** Regular (three ways), hard link, symbolic link, devices, directory, FIFO: what deb(5) allows. */
    private static final String TYPES = "0\0" + "7123456";

    private final String source;
    private final GuardedInput guarded;
    private final TarArchiveInputStream tar;

    /** @param in the uncompressed archive */
    TarWalk(InputStream in, String source) {
        this.source = source;
        this.guarded = new GuardedInput(in);
        // Every byte is a character of this encoding, so that names are preserved in any encoding.
        this.tar = new TarArchiveInputStream(guarded, StandardCharsets.ISO_8859_1.name());
    }

    void forEach(DebVisitor visitor) throws IOException, CrossbuildException {
        long total = 0;
        int count = 0;
        for (TarArchiveEntry raw = next(); raw != null; raw = next()) {
            DebEntry entry = entry(raw);
            total += entry.sizeBytes();
            if (++count > MAX_ENTRIES || total > MAX_TOTAL_BYTES) {
                throw malformed("more than " + MAX_ENTRIES + " files or " + MAX_TOTAL_BYTES + " bytes", null);
            }
            Content content = new Content(entry.sizeBytes());
            try {
                visitor.visit(entry, content);
            } catch (IOException e) {
                if (content.malformed != null) {
                    throw content.malformed;
                }
                throw e;
            }
            content.drain();
        }
    }

    private @Nullable TarArchiveEntry next() throws MalformedInputException {
        guarded.allow(MAX_HEADER_BYTES);
        try {
            return tar.getNextEntry();
        } catch (IOException | RuntimeException e) {
            throw malformed(text(e), e);
        } finally {
            guarded.allowAll();
        }
    }

    private DebEntry entry(TarArchiveEntry raw) throws MalformedInputException {
        char flag = (char) (raw.getLinkFlag() & 0xFF);
        if (TYPES.indexOf(flag) < 0 || raw.isSparse() || !raw.isCheckSumOK()) {
            throw malformed("a header of type '" + (int) flag + "' or with a wrong checksum", null);
        }
        FileType type = type(raw);
        boolean hardLink = raw.isLink();
        String link = "";
        if (hardLink) {
            link = path(raw.getLinkName());
        } else if (type == FileType.SYMLINK) {
            link = decoded(raw.getLinkName());
            if (link.isEmpty() || link.indexOf('\0') >= 0) {
                throw malformed("a symbolic link to nothing", null);
            }
        }
        long size = type == FileType.REGULAR && !hardLink ? raw.getSize() : 0;
        if (size < 0 || size > MAX_FILE_BYTES) {
            throw malformed("a file of " + size + " bytes (expected at most " + MAX_FILE_BYTES + ")", null);
        }
        Instant modified = raw.getLastModifiedTime().toInstant();
        FileAttributes attributes =
                new FileAttributes(raw.getMode() & 0xFFF, raw.getLongUserId(), raw.getLongGroupId(), modified);
        return new DebEntry(path(raw.getName()), type, attributes, size, link, hardLink);
    }

    private static FileType type(TarArchiveEntry raw) {
        if (raw.isSymbolicLink()) {
            return FileType.SYMLINK;
        }
        if (raw.isCharacterDevice()) {
            return FileType.CHARACTER_DEVICE;
        }
        if (raw.isBlockDevice()) {
            return FileType.BLOCK_DEVICE;
        }
        if (raw.isFIFO()) {
            return FileType.FIFO;
        }
        return raw.isDirectory() ? FileType.DIRECTORY : FileType.REGULAR;
    }

    /** The absolute form of a member's name. dpkg writes "./usr/bin"; absolute names and ".." are refused. */
    private String path(String stored) throws MalformedInputException {
        String name = decoded(stored);
        if (name.startsWith("/") || name.isEmpty()) {
            throw malformed("name '" + name + "' (expected a relative one)", null);
        }
        StringBuilder path = new StringBuilder();
        for (String component : name.split("/")) {
            if (component.equals("..") || component.indexOf('\0') >= 0) {
                throw malformed("name '" + name.replace('\0', '?') + "' (expected no '..')", null);
            }
            if (!component.isEmpty() && !component.equals(".")) {
                path.append('/').append(component);
            }
        }
        return path.length() == 0 ? "/" : path.toString();
    }

    private String decoded(String stored) throws MalformedInputException {
        if (stored.length() > MAX_PATH_BYTES) {
            throw malformed("a name of " + stored.length() + " bytes", null);
        }
        for (int i = 0; i < stored.length(); i++) {
            if (stored.charAt(i) > 0xFF) {
                // From a pax header, which is always UTF-8; the reader has already decoded it.
                return stored;
            }
        }
        return NameCodec.decode(stored.getBytes(StandardCharsets.ISO_8859_1));
    }

    private MalformedInputException malformed(String problem, @Nullable Throwable cause) {
        return new MalformedInputException(source, guarded.position(), problem, cause);
    }

    private static String text(Exception e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** The content of the current member. */
    private final class Content extends InputStream {
        private final MemberInput member;
        private @Nullable MalformedInputException malformed;

        Content(long size) {
            member = new MemberInput(tar, size);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            try {
                return member.read(buffer, offset, length);
            } catch (IOException | RuntimeException e) {
                malformed = malformed(text(e), e);
                throw new IOException(malformed);
            }
        }

        void drain() throws MalformedInputException {
            byte[] buffer = new byte[8192];
            try {
                while (member.left() > 0) {
                    int unused = read(buffer, 0, buffer.length);
                }
            } catch (IOException e) {
                throw malformed == null ? malformed(text(e), e) : malformed;
            }
        }
    }
}
