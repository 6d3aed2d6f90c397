// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.TreeMap;

/** A file of a {@link MemoryFileTree}, changed only by the tree's builder. Its identity is that of the object. */
final class MemoryNode implements FileNode {
    /** What the name stands for; a sealed set instead of an enum of types with fields that only some of them use. */
    sealed interface Body {}

    record Directory(TreeMap<String, MemoryNode> entries) implements Body {}

    record Link(String target, int lengthBytes) implements Body {}

    /** The content from index 0 to the limit. */
    record InMemory(ByteBuffer content) implements Body {}

    record InFile(FileSlice slice) implements Body {}

    record Special(FileType type) implements Body {}

    private final long id;
    private final Body body;
    private FileAttributes attributes;
    private int links;

    MemoryNode(long id, Body body, FileAttributes attributes) {
        this.id = id;
        this.body = body;
        this.attributes = attributes;
        this.links = 1;
    }

    Body body() {
        return body;
    }

    void setAttributes(FileAttributes attributes) {
        this.attributes = attributes;
    }

    void countName(int difference) {
        links += difference;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public FileType type() {
        if (body instanceof Directory) {
            return FileType.DIRECTORY;
        } else if (body instanceof Link) {
            return FileType.SYMLINK;
        } else if (body instanceof Special special) {
            return special.type();
        }
        return FileType.REGULAR;
    }

    @Override
    public int permissions() {
        return attributes.permissions();
    }

    @Override
    public long uid() {
        return attributes.uid();
    }

    @Override
    public long gid() {
        return attributes.gid();
    }

    @Override
    public long sizeBytes() {
        if (body instanceof Link link) {
            return link.lengthBytes();
        } else if (body instanceof InMemory memory) {
            return memory.content().limit();
        } else if (body instanceof InFile file) {
            return file.slice().lengthBytes();
        }
        return 0;
    }

    @Override
    public Instant modified() {
        return attributes.modified();
    }

    @Override
    public int links() {
        return links;
    }
}
