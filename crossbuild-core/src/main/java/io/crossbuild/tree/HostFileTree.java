// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The tree below a directory of the host. The host never follows links in it: they are resolved inside the tree by
 * {@link TreePaths}.
 *
 * <p>Where the host has no Unix attributes, files belong to root and have mode 0755 or 0644. Names are compared as the
 * host's file system does, which on macOS and Windows ignores case. There is no protection against hostile changes
 * while the tree is read: a directory that turns into a link between two calls is followed.
 */
public final class HostFileTree implements FileTree {
    private static final String UNIX = "unix:mode,ino,dev,nlink,uid,gid,size,lastModifiedTime";

    private final boolean hasUnixAttributes;
    // Identities of files that are not given by an inode number on the root's device.
    private final Map<Object, Long> foreignIds = new ConcurrentHashMap<>();
    private final AtomicLong lastForeignId = new AtomicLong(Long.MIN_VALUE);
    private final Object rootDevice;
    private final HostNode root;

    private HostFileTree(Path directory) throws IOException {
        this.hasUnixAttributes =
                directory.getFileSystem().supportedFileAttributeViews().contains("unix");
        this.rootDevice = hasUnixAttributes ? Files.getAttribute(directory, "unix:dev") : "";
        this.root = stat(directory);
    }

    /**
     * Opens a directory; links on the way to it are followed.
     *
     * @throws NotDirectoryException when it is not a directory
     */
    public static HostFileTree open(Path directory) throws IOException {
        Path real = directory.toRealPath();
        if (!Files.isDirectory(real)) {
            throw new NotDirectoryException(directory.toString());
        }
        return new HostFileTree(real);
    }

    @Override
    public FileNode root() {
        return root;
    }

    @Override
    public Optional<FileNode> child(FileNode directory, String name) throws IOException {
        Optional<Path> path =
                HostNames.resolve(host(directory, FileType.DIRECTORY).path(), name);
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(stat(path.get()));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public List<Entry> children(FileNode directory) throws IOException {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> paths =
                Files.newDirectoryStream(host(directory, FileType.DIRECTORY).path())) {
            for (Path path : paths) {
                try {
                    entries.add(new Entry(HostNames.nameOf(path), stat(path)));
                } catch (NoSuchFileException e) {
                    // Deleted since it was listed.
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        entries.sort(Comparator.comparing(Entry::name));
        return entries;
    }

    @Override
    public String linkTarget(FileNode symlink) throws IOException {
        return HostNames.targetOf(
                Files.readSymbolicLink(host(symlink, FileType.SYMLINK).path()));
    }

    @Override
    public FileContent open(FileNode file) throws IOException {
        FileChannel channel = FileChannel.open(
                host(file, FileType.REGULAR).path(), StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
        try {
            return new ChannelContent(channel, 0, channel.size());
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Does nothing: the tree keeps nothing open. */
    @Override
    public void close() {}

    private HostNode stat(Path path) throws IOException {
        return hasUnixAttributes ? unixStat(path) : basicStat(path);
    }

    private HostNode unixStat(Path path) throws IOException {
        Map<String, Object> all = Files.readAttributes(path, UNIX, LinkOption.NOFOLLOW_LINKS);
        int mode = (Integer) get(all, "mode");
        long inode = (Long) get(all, "ino");
        Object device = get(all, "dev");
        FileAttributes attributes = new FileAttributes(
                mode & 07777,
                Integer.toUnsignedLong((Integer) get(all, "uid")),
                Integer.toUnsignedLong((Integer) get(all, "gid")),
                ((FileTime) get(all, "lastModifiedTime")).toInstant());
        return new HostNode(
                path,
                device.equals(rootDevice) ? inode : foreignId(List.of(device, inode)),
                FileType.ofMode(mode).orElse(FileType.SOCKET),
                attributes,
                (Long) get(all, "size"),
                (Integer) get(all, "nlink"));
    }

    private HostNode basicStat(Path path) throws IOException {
        BasicFileAttributes basic = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        FileType type;
        if (basic.isSymbolicLink()) {
            type = FileType.SYMLINK;
        } else if (basic.isDirectory() && !basic.isOther()) {
            type = FileType.DIRECTORY;
        } else {
            // A reparse point that is not a link (a junction, a cloud placeholder) cannot be read as a file.
            type = basic.isRegularFile() ? FileType.REGULAR : FileType.SOCKET;
        }
        Instant modified = basic.lastModifiedTime().toInstant();
        FileAttributes attributes = new FileAttributes(type == FileType.REGULAR ? 0644 : 0755, 0, 0, modified);
        Object key = basic.fileKey() == null ? path : basic.fileKey();
        return new HostNode(path, foreignId(key), type, attributes, basic.size(), 1);
    }

    private long foreignId(Object key) {
        return foreignIds.computeIfAbsent(key, k -> lastForeignId.incrementAndGet());
    }

    private static Object get(Map<String, Object> attributes, String name) throws IOException {
        Object value = attributes.get(name);
        if (value == null) {
            throw new IOException("The host gives no attribute '" + name + "'");
        }
        return value;
    }

    private static HostNode host(FileNode node, FileType wanted) {
        if (!(node instanceof HostNode host)) {
            throw new IllegalArgumentException("a file of a different tree");
        }
        if (host.type() != wanted) {
            throw new IllegalArgumentException("not a " + wanted + ": " + node);
        }
        return host;
    }
}
