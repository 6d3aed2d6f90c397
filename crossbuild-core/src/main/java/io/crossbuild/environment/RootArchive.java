// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.NameCodec;
import io.crossbuild.tree.TreePaths;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The tar archive of a root file system with a merged /usr (Debian's "UsrMerge"): what packages bring to /bin, /sbin and
 * /lib* goes to the directory of the same name below /usr, and a symbolic link leads there.
 */
final class RootArchive implements AutoCloseable {
    private static final Set<String> MERGED = Set.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/libo32");

    private final TarArchiveOutputStream out;
    private final Map<String, FileType> written = new HashMap<>();

    private RootArchive(TarArchiveOutputStream out) {
        this.out = out;
    }

    static RootArchive create(Path file) throws IOException {
        // Names are bytes: Latin-1 takes each as it is.
        TarArchiveOutputStream out = new TarArchiveOutputStream(
                new BufferedOutputStream(Files.newOutputStream(file), 1 << 20), StandardCharsets.ISO_8859_1.name());
        out.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
        out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
        RootArchive archive = new RootArchive(out);
        archive.directory("/", FileAttributes.of(0755));
        for (String name : new String[] {"bin", "sbin", "lib"}) {
            archive.merge("/" + name);
        }
        return archive;
    }

    /** Whether something else than a directory was written at that path. */
    boolean holdsFile(String path) {
        FileType type = written.get(merged(path));
        return type != null && type != FileType.DIRECTORY && !isMergedLink(merged(path));
    }

    /** Adds a directory unless it is there: the first package that brings it decides on its attributes, as with dpkg. */
    void directory(String path, FileAttributes attributes) throws IOException {
        String target = merged(path);
        if (isMergedLink(target)) {
            merge(target);
        } else if (written.putIfAbsent(target, FileType.DIRECTORY) == null) {
            put(entry(target + (target.equals("/") ? "" : "/"), TarConstants.LF_DIR, attributes));
        }
    }

    void file(String path, FileAttributes attributes, long sizeBytes, InputStream content) throws IOException {
        TarArchiveEntry entry = begin(path, FileType.REGULAR, TarConstants.LF_NORMAL, attributes);
        entry.setSize(sizeBytes);
        out.putArchiveEntry(entry);
        content.transferTo(out);
        out.closeArchiveEntry();
    }

    void file(String path, int permissions, byte[] content) throws IOException {
        file(path, FileAttributes.of(permissions), content.length, new ByteArrayInputStream(content));
    }

    void file(String path, int permissions, String content) throws IOException {
        file(path, permissions, content.getBytes(StandardCharsets.UTF_8));
    }

    void symlink(String path, String target, FileAttributes attributes) throws IOException {
        if (isMergedLink(path)) {
            merge(path);
            return;
        }
        TarArchiveEntry entry = begin(path, FileType.SYMLINK, TarConstants.LF_SYMLINK, attributes);
        entry.setLinkName(latin1(target));
        put(entry);
    }

    void hardLink(String path, String existing, FileAttributes attributes) throws IOException {
        TarArchiveEntry entry = begin(path, FileType.REGULAR, TarConstants.LF_LINK, attributes);
        entry.setLinkName(latin1("." + merged(existing)));
        put(entry);
    }

    /** @throws MalformedInputException for a type that packages do not bring */
    void special(String path, FileType type, FileAttributes attributes) throws IOException, MalformedInputException {
        if (type != FileType.FIFO) {
            throw new MalformedInputException(path, -1, "a file of type " + type + " in a package");
        }
        put(begin(path, type, TarConstants.LF_FIFO, attributes));
    }

    private void merge(String path) throws IOException {
        if (written.put(path, FileType.SYMLINK) == null) {
            directory("/usr", FileAttributes.of(0755));
            directory("/usr" + path, FileAttributes.of(0755));
            TarArchiveEntry link = entry(path, TarConstants.LF_SYMLINK, FileAttributes.of(0777));
            link.setLinkName("usr" + path);
            put(link);
        }
    }

    private static boolean isMergedLink(String path) {
        return MERGED.contains(path);
    }

    private static String merged(String path) {
        int slash = path.indexOf('/', 1);
        return slash > 0 && MERGED.contains(path.substring(0, slash)) ? "/usr" + path : path;
    }

    private TarArchiveEntry begin(String path, FileType type, byte flag, FileAttributes attributes) throws IOException {
        String target = merged(path);
        if (!target.equals(path)) {
            merge("/" + path.substring(1).split("/")[0]);
        }
        parents(target);
        written.put(target, type);
        return entry(target, flag, attributes);
    }

    /** Packages bring the directories above their files, but nothing makes them do so. */
    private void parents(String path) throws IOException {
        String parent = TreePaths.parent(path);
        if (!written.containsKey(parent)) {
            parents(parent);
            directory(parent, FileAttributes.of(0755));
        }
    }

    private static TarArchiveEntry entry(String path, byte flag, FileAttributes attributes) {
        TarArchiveEntry entry = new TarArchiveEntry(latin1("." + path), flag, true);
        entry.setMode(attributes.permissions());
        entry.setIds((int) attributes.uid(), (int) attributes.gid());
        // ustar has whole seconds, as packages do.
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
