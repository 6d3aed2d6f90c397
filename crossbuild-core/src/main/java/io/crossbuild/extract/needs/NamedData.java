// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.elf.ElfData;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.BytePatterns;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.NameCodec;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;

/**
 * Data files whose full paths are in a program or library: Debian's node does not start without the scripts below
 * /usr/share/nodejs that its library names.
 *
 * <p>Only regular files below /usr/share count, which contains the data of programs (FHS 4.11). Other paths are the
 * system's configuration, or directories of which it is unknown how much is needed. Code is not searched: see {@link
 * ElfData}.
 */
final class NamedData {
    private static final BytePatterns PREFIX = BytePatterns.of("/usr/share/");
    private static final int WINDOW_BYTES = 1 << 18;
    /** PATH_MAX of limits.h, with the zero at the end. */
    private static final int MAX_PATH_BYTES = 4096;

    private NamedData() {}

    /**
     * The paths in a file's zero-terminated strings, sorted.
     *
     * @param name the file's name for messages
     */
    static Set<String> of(FileTree tree, FileNode file, String name) throws IOException, CrossbuildException {
        Set<String> found = new TreeSet<>();
        ByteBuffer window = ByteBuffer.allocate((int) Math.min(WINDOW_BYTES + MAX_PATH_BYTES, file.sizeBytes()));
        try (FileContent content = tree.open(file)) {
            for (ElfData.Stretch stretch : ElfData.of(content, name)) {
                for (long at = stretch.start(); at < stretch.end(); at += WINDOW_BYTES) {
                    fill(content, window.clear(), at);
                    int starts = (int) Math.min(WINDOW_BYTES, stretch.end() - at);
                    collect(tree, window.array(), window.limit(), starts, found);
                }
            }
        }
        return found;
    }

    private static void fill(FileContent content, ByteBuffer window, long at) throws IOException, CrossbuildException {
        while (window.hasRemaining() && content.read(window, at + window.position()) > 0) {
            // on to the end of the window or of the file
        }
        window.flip();
    }

    private static void collect(FileTree tree, byte[] bytes, int length, int starts, Set<String> found)
            throws IOException, CrossbuildException {
        int start = PREFIX.find(bytes, 0, length);
        while (start >= 0 && start < starts) {
            int end = start;
            while (end < length && bytes[end] != 0 && end - start < MAX_PATH_BYTES) {
                end++;
            }
            if (end < length && bytes[end] == 0) {
                String path = NameCodec.decode(Arrays.copyOfRange(bytes, start, end));
                if (TreePaths.find(tree, path).filter(FileNode::isRegular).isPresent()) {
                    found.add(path);
                }
            }
            start = PREFIX.find(bytes, start + 1, length);
        }
    }
}
