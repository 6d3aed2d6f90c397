// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.nio.file.Path;
import java.time.Instant;

/** A host file as it was when it was looked up; equal for all names of the file. */
final class HostNode implements FileNode {
    private final Path path;
    private final long id;
    private final FileType type;
    private final FileAttributes attributes;
    private final long sizeBytes;
    private final int links;

    HostNode(Path path, long id, FileType type, FileAttributes attributes, long sizeBytes, int links) {
        this.path = path;
        this.id = id;
        this.type = type;
        this.attributes = attributes;
        this.sizeBytes = sizeBytes;
        this.links = links;
    }

    Path path() {
        return path;
    }

    @Override
    public long id() {
        return id;
    }

    @Override
    public FileType type() {
        return type;
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
        return sizeBytes;
    }

    @Override
    public Instant modified() {
        return attributes.modified();
    }

    @Override
    public int links() {
        return links;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HostNode node && node.id == id;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
