// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;

/**
 * A file tree with names and attributes in memory, and contents in memory or in slices of host files: the files of
 * packages before they are unpacked.
 */
public final class MemoryFileTree implements FileTree {
    private final MemoryNode root;

    MemoryFileTree(MemoryNode root) {
        this.root = root;
    }

    public static MemoryFileTreeBuilder builder() {
        return new MemoryFileTreeBuilder();
    }

    @Override
    public FileNode root() {
        return root;
    }

    @Override
    public Optional<FileNode> child(FileNode directory, String name) {
        return Optional.ofNullable(directory(directory).entries().get(name));
    }

    @Override
    public List<Entry> children(FileNode directory) {
        return directory(directory).entries().entrySet().stream()
                .map(e -> new Entry(e.getKey(), e.getValue()))
                .toList();
    }

    @Override
    public String linkTarget(FileNode symlink) {
        if (body(symlink) instanceof MemoryNode.Link link) {
            return link.target();
        }
        throw new IllegalArgumentException("not a symbolic link: " + symlink.type());
    }

    @Override
    public FileContent open(FileNode file) throws IOException {
        MemoryNode.Body body = body(file);
        if (body instanceof MemoryNode.InMemory memory) {
            return new BufferContent(memory.content());
        } else if (body instanceof MemoryNode.InFile inFile) {
            FileSlice slice = inFile.slice();
            FileChannel channel = FileChannel.open(slice.file(), StandardOpenOption.READ);
            return new ChannelContent(channel, slice.offset(), slice.lengthBytes());
        }
        throw new IllegalArgumentException("not a regular file: " + file.type());
    }

    /** Does nothing: a slice's file is open only while its content is open. */
    @Override
    public void close() {}

    static MemoryNode.Body body(FileNode node) {
        if (node instanceof MemoryNode memory) {
            return memory.body();
        }
        throw new IllegalArgumentException("a file of a different tree");
    }

    private static MemoryNode.Directory directory(FileNode node) {
        if (body(node) instanceof MemoryNode.Directory directory) {
            return directory;
        }
        throw new IllegalArgumentException("not a directory: " + node.type());
    }
}
