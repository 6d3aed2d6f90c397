// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads small files of a {@link FileTree} as a whole. */
public final class TreeFiles {
    private TreeFiles() {}

    /**
     * The content of a file; all links on the way are followed.
     *
     * @param maxBytes a longer file is refused
     * @throws MalformedInputException when there is no such regular file, or it is too long
     */
    public static byte[] read(FileTree tree, String path, int maxBytes) throws IOException, CrossbuildException {
        FileNode node = TreePaths.find(tree, path)
                .filter(FileNode::isRegular)
                .orElseThrow(() -> new MalformedInputException(path, -1, "no such file (expected a regular file)"));
        return read(tree, node, path, maxBytes);
    }

    /** The content of a regular file. */
    public static byte[] read(FileTree tree, FileNode node, String path, int maxBytes)
            throws IOException, CrossbuildException {
        try (FileContent content = tree.open(node)) {
            if (content.sizeBytes() > maxBytes) {
                throw new MalformedInputException(
                        path, -1, content.sizeBytes() + " bytes (expected at most " + maxBytes + ")");
            }
            ByteBuffer buffer = ByteBuffer.allocate((int) content.sizeBytes());
            while (buffer.hasRemaining()) {
                if (content.read(buffer, buffer.position()) < 0) {
                    throw new MalformedInputException(path, buffer.position(), "the end of the file (expected more)");
                }
            }
            return buffer.array();
        }
    }
}
