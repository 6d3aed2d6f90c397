// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The guest's tree, from which generated files can be opened too. Closing it leaves the guest's open. */
record AmendedTree(FileTree guest) implements FileTree {
    @Override
    public FileNode root() {
        return guest.root();
    }

    @Override
    public Optional<FileNode> child(FileNode directory, String name) throws IOException, CrossbuildException {
        return guest.child(directory, name);
    }

    @Override
    public List<Entry> children(FileNode directory) throws IOException, CrossbuildException {
        return guest.children(directory);
    }

    @Override
    public String linkTarget(FileNode symlink) throws IOException, CrossbuildException {
        return guest.linkTarget(symlink);
    }

    @Override
    public FileContent open(FileNode file) throws IOException, CrossbuildException {
        return file instanceof GeneratedFile generated ? generated.open() : guest.open(file);
    }

    @Override
    public void close() {
        // The extractor does not own the guest's tree.
    }
}
