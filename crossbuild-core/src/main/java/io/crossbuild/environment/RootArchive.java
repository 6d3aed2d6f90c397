// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileAttributes;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.TarWriter;
import io.crossbuild.tree.TreePaths;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The tar archive of a root file system with a merged /usr (Debian's "UsrMerge"): files in /bin, /sbin and /lib* go to
 * the directory of the same name below /usr, and a symbolic link leads there.
 */
final class RootArchive implements AutoCloseable {
    private static final Set<String> MERGED = Set.of("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/libo32");

    private static final int BLOCK_BYTES = 10240;

    private final TarWriter out;
    private final Map<String, FileType> written = new HashMap<>();

    private RootArchive(TarWriter out) {
        this.out = out;
    }

    static RootArchive create(Path file) throws IOException {
        RootArchive archive = new RootArchive(
                new TarWriter(new BufferedOutputStream(Files.newOutputStream(file), 1 << 20), BLOCK_BYTES));
        archive.directory("/", FileAttributes.of(0755));
        for (String name : new String[] {"bin", "sbin", "lib"}) {
            archive.merge("/" + name);
        }
        return archive;
    }

    /** Whether something other than a directory was written at that path. */
    boolean holdsFile(String path) {
        FileType type = written.get(merged(path));
        return type != null && type != FileType.DIRECTORY && !isMergedLink(merged(path));
    }

    /**
     * Adds a directory unless it exists: the first package that contains it determines its attributes, as with dpkg.
     */
    void directory(String path, FileAttributes attributes) throws IOException {
        String target = merged(path);
        if (isMergedLink(target)) {
            merge(target);
        } else if (written.putIfAbsent(target, FileType.DIRECTORY) == null) {
            out.directory(target.equals("/") ? "." : "." + target, attributes);
        }
    }

    void file(String path, FileAttributes attributes, long sizeBytes, InputStream content) throws IOException {
        out.file(begin(path, FileType.REGULAR), attributes, sizeBytes, content);
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
        out.symlink(begin(path, FileType.SYMLINK), target, attributes);
    }

    void hardLink(String path, String existing, FileAttributes attributes) throws IOException {
        out.hardLink(begin(path, FileType.REGULAR), "." + merged(existing), attributes);
    }

    /** @throws MalformedInputException for a type of file that packages do not contain */
    void special(String path, FileType type, FileAttributes attributes) throws IOException, MalformedInputException {
        if (type != FileType.FIFO) {
            throw new MalformedInputException(path, -1, "a file of type " + type + " in a package");
        }
        out.fifo(begin(path, type), attributes);
    }

    private void merge(String path) throws IOException {
        if (written.put(path, FileType.SYMLINK) == null) {
            directory("/usr", FileAttributes.of(0755));
            directory("/usr" + path, FileAttributes.of(0755));
            out.symlink("." + path, "usr" + path, FileAttributes.of(0777));
        }
    }

    private static boolean isMergedLink(String path) {
        return MERGED.contains(path);
    }

    private static String merged(String path) {
        int slash = path.indexOf('/', 1);
        return slash > 0 && MERGED.contains(path.substring(0, slash)) ? "/usr" + path : path;
    }

    /** Writes what must exist before a file, and returns the file's name in the archive. */
    private String begin(String path, FileType type) throws IOException {
        String target = merged(path);
        if (!target.equals(path)) {
            merge("/" + path.substring(1).split("/")[0]);
        }
        parents(target);
        written.put(target, type);
        return "." + target;
    }

    /** Packages contain the directories above their files, but nothing forces them to. */
    private void parents(String path) throws IOException {
        String parent = TreePaths.parent(path);
        if (!written.containsKey(parent)) {
            parents(parent);
            directory(parent, FileAttributes.of(0755));
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
