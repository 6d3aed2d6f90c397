// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Collects the files of a {@link MemoryFileTree}, by the rules for unpacking an archive over existing files.
 *
 * <p>Paths start at the tree's root, with or without a leading "/" or "./"; ".." is refused. Links on the way to the
 * last component are followed inside the tree, as dpkg does; missing parents are made (mode 0755, owner root). A
 * directory over a directory, or over a link to one, keeps the content and sets the attributes; any other file replaces
 * the file with its name, unless that is a directory. Every method throws a {@link MalformedInputException} when the
 * path is not possible.
 *
 * <p>Not safe for use by several threads. Byte arrays are not copied.
 */
public final class MemoryFileTreeBuilder {
    private final MemoryNode root = new MemoryNode(1, emptyDirectory(), FileAttributes.of(0755));
    private final MemoryFileTree tree = new MemoryFileTree(root);
    private long lastId = 1;
    private boolean built;

    MemoryFileTreeBuilder() {}

    public MemoryFileTreeBuilder directory(String path) throws CrossbuildException {
        return directory(path, FileAttributes.of(0755));
    }

    public MemoryFileTreeBuilder directory(String path, FileAttributes attributes) throws CrossbuildException {
        checkNotBuilt();
        enterAll(path, components(path)).node().setAttributes(attributes);
        return this;
    }

    public MemoryFileTreeBuilder file(String path, byte[] content) throws CrossbuildException {
        return file(path, content, FileAttributes.of(0644));
    }

    public MemoryFileTreeBuilder file(String path, byte[] content, FileAttributes attributes)
            throws CrossbuildException {
        return put(path, new MemoryNode.InMemory(ByteBuffer.wrap(content)), attributes);
    }

    public MemoryFileTreeBuilder file(String path, FileSlice content, FileAttributes attributes)
            throws CrossbuildException {
        return put(path, new MemoryNode.InFile(content), attributes);
    }

    /** A file with the complete content of a host file. */
    public MemoryFileTreeBuilder file(String path, Path content, FileAttributes attributes)
            throws IOException, CrossbuildException {
        return file(path, new FileSlice(content, 0, Files.size(content)), attributes);
    }

    public MemoryFileTreeBuilder symlink(String path, String target) throws CrossbuildException {
        return symlink(path, target, FileAttributes.of(0777));
    }

    public MemoryFileTreeBuilder symlink(String path, String target, FileAttributes attributes)
            throws CrossbuildException {
        return put(path, new MemoryNode.Link(target, NameCodec.encode(target).length), attributes);
    }

    /**
     * A device, FIFO or socket.
     *
     * @throws IllegalArgumentException for the other types
     */
    public MemoryFileTreeBuilder special(String path, FileType type, FileAttributes attributes)
            throws CrossbuildException {
        if (type == FileType.REGULAR || type == FileType.DIRECTORY || type == FileType.SYMLINK) {
            throw new IllegalArgumentException("not a special file: " + type);
        }
        return put(path, new MemoryNode.Special(type), attributes);
    }

    /**
     * Another name for an existing file; if the last component of {@code existing} is a symbolic link, it is not
     * followed.
     */
    public MemoryFileTreeBuilder hardLink(String path, String existing) throws CrossbuildException {
        checkNotBuilt();
        try {
            if (TreePaths.resolveNoFollow(tree, existing) instanceof TreePaths.Found found
                    && found.node() instanceof MemoryNode node
                    && !node.isDirectory()) {
                // First, so that a link from a name to itself does not remove the file.
                node.countName(1);
                place(path, node);
                return this;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new MalformedInputException(path, -1, "hard link to '" + existing + "' (expected an existing file)");
    }

    /** The tree; this builder can no longer be used. */
    public MemoryFileTree build() {
        checkNotBuilt();
        built = true;
        return tree;
    }

    private MemoryFileTreeBuilder put(String path, MemoryNode.Body body, FileAttributes attributes)
            throws CrossbuildException {
        checkNotBuilt();
        place(path, new MemoryNode(++lastId, body, attributes));
        return this;
    }

    private void place(String path, MemoryNode node) throws CrossbuildException {
        List<String> components = components(path);
        if (components.isEmpty()) {
            throw new MalformedInputException(path, -1, "the root (expected the path of a file below it)");
        }
        Place parent = enterAll(path, components.subList(0, components.size() - 1));
        String name = components.get(components.size() - 1);
        MemoryNode old = parent.entries().get(name);
        if (old != null && old.isDirectory()) {
            throw new MalformedInputException(path, -1, "a directory is there (expected no directory)");
        }
        if (old != null) {
            old.countName(-1);
        }
        parent.entries().put(name, node);
    }

    private Place enterAll(String path, List<String> components) throws CrossbuildException {
        Place at = new Place("/", root);
        for (String name : components) {
            at = enter(path, at, name);
        }
        return at;
    }

    private Place enter(String path, Place parent, String name) throws CrossbuildException {
        String childPath = TreePaths.join(parent.path(), name);
        MemoryNode child = parent.entries().get(name);
        if (child == null) {
            child = new MemoryNode(++lastId, emptyDirectory(), FileAttributes.of(0755));
            parent.entries().put(name, child);
        }
        if (child.isSymlink()) {
            Optional<Place> target = follow(childPath);
            if (target.isPresent()) {
                return target.get();
            }
        }
        if (!child.isDirectory()) {
            throw new MalformedInputException(
                    path,
                    -1,
                    "'" + childPath + "' does not lead to a directory (expected a directory or a link to one)");
        }
        return new Place(childPath, child);
    }

    private Optional<Place> follow(String path) throws CrossbuildException {
        try {
            return TreePaths.resolve(tree, path) instanceof TreePaths.Found found
                            && found.node().isDirectory()
                            && found.node() instanceof MemoryNode node
                    ? Optional.of(new Place(found.path(), node))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> components(String path) throws MalformedInputException {
        List<String> components = new ArrayList<>();
        for (String name : path.split("/")) {
            if (name.equals("..") || name.indexOf('\0') >= 0) {
                throw new MalformedInputException(
                        path.replace('\0', '?'), -1, "'..' or a zero byte in a path (expected names only)");
            }
            if (!name.isEmpty() && !name.equals(".")) {
                components.add(name);
            }
        }
        return components;
    }

    private static MemoryNode.Directory emptyDirectory() {
        return new MemoryNode.Directory(new TreeMap<>());
    }

    private void checkNotBuilt() {
        if (built) {
            throw new IllegalStateException("the tree is already built");
        }
    }

    /** A directory and its canonical path. */
    private record Place(String path, MemoryNode node) {
        TreeMap<String, MemoryNode> entries() {
            if (node.body() instanceof MemoryNode.Directory directory) {
                return directory.entries();
            }
            throw new IllegalStateException("not a directory: " + path);
        }
    }
}
