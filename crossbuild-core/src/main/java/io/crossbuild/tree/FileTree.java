// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import io.crossbuild.error.CrossbuildException;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A read-only Linux file tree: a directory of the host, the contents of packages, a file system inside a disk image.
 *
 * <p>Names are Strings decoded from UTF-8. A byte that is not part of valid UTF-8 becomes the lone surrogate {@code
 * U+DC00 + byte}, so that every name can be looked up again (see {@link NameCodec}). No method follows a symbolic link:
 * {@link TreePaths} does, inside the tree. Nothing in a tree is trusted: a malformed tree leads to a typed exception in
 * bounded time and memory.
 *
 * <p>Safe for use by several threads.
 */
public interface FileTree extends Closeable {
    FileNode root();

    /**
     * The file with that name in a directory, compared byte for byte. No file has the name "." or "..", an empty name
     * or a name with a slash.
     *
     * @throws IllegalArgumentException when the node is not a directory
     */
    Optional<FileNode> child(FileNode directory, String name) throws IOException, CrossbuildException;

    /**
     * The entries of a directory without "." and "..", sorted by {@link String#compareTo}. Directories may be nested deeper
     * than the stack of a thread.
     *
     * @throws IllegalArgumentException when the node is not a directory
     */
    List<Entry> children(FileNode directory) throws IOException, CrossbuildException;

    /**
     * The target of a symbolic link, as it is stored.
     *
     * @throws IllegalArgumentException when the node is not a symbolic link
     */
    String linkTarget(FileNode symlink) throws IOException, CrossbuildException;

    /**
     * Opens a regular file.
     *
     * @throws IllegalArgumentException when the node is not a regular file
     */
    FileContent open(FileNode file) throws IOException, CrossbuildException;

    /**
     * How many bytes its storage has for content, at most: files that together have more share some of them, or are not
     * stored at all. Empty if that is not known.
     */
    default OptionalLong storedBytes() throws IOException, CrossbuildException {
        return OptionalLong.empty();
    }

    @Override
    void close() throws IOException;

    /** A name in a directory and its file. */
    record Entry(String name, FileNode node) {}
}
