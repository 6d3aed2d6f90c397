// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.tree.BufferContent;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileType;
import java.nio.ByteBuffer;
import java.time.Instant;

/** A file that the extraction generates instead of copying it from the guest. */
final class GeneratedFile implements FileNode {
    private final byte[] content;
    private final Instant modified;

    GeneratedFile(byte[] content, Instant modified) {
        this.content = content.clone();
        this.modified = modified;
    }

    FileContent open() {
        return new BufferContent(ByteBuffer.wrap(content).asReadOnlyBuffer());
    }

    /** Neither an inode number of a guest nor one that a tree without inode numbers can reach. */
    @Override
    public long id() {
        return Long.MAX_VALUE;
    }

    @Override
    public FileType type() {
        return FileType.REGULAR;
    }

    @Override
    public int permissions() {
        return 0644;
    }

    @Override
    public long uid() {
        return 0;
    }

    @Override
    public long gid() {
        return 0;
    }

    @Override
    public long sizeBytes() {
        return content.length;
    }

    @Override
    public Instant modified() {
        return modified;
    }

    @Override
    public int links() {
        return 1;
    }
}
