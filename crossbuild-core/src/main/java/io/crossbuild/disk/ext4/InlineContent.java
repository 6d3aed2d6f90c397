// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import io.crossbuild.tree.FileContent;
import java.nio.ByteBuffer;

/** The content of a file that is in its inode. */
record InlineContent(ByteBuffer content) implements FileContent {
    @Override
    public long sizeBytes() {
        return content.capacity();
    }

    @Override
    public int read(ByteBuffer target, long position) {
        if (position >= content.capacity()) {
            return -1;
        }
        int length = Math.min(target.remaining(), content.capacity() - (int) position);
        target.put(content.slice((int) position, length));
        return length;
    }

    @Override
    public void close() {}
}
