// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Forwards to another tree, unless a test overrides a method. */
abstract class ForwardingTree implements FileTree {
    private final FileTree tree;

    ForwardingTree(FileTree tree) {
        this.tree = tree;
    }

    @Override
    public FileNode root() {
        return tree.root();
    }

    @Override
    public Optional<FileNode> child(FileNode directory, String name) throws IOException, CrossbuildException {
        return tree.child(directory, name);
    }

    @Override
    public List<Entry> children(FileNode directory) throws IOException, CrossbuildException {
        return tree.children(directory);
    }

    @Override
    public String linkTarget(FileNode symlink) throws IOException, CrossbuildException {
        return tree.linkTarget(symlink);
    }

    @Override
    public FileContent open(FileNode file) throws IOException, CrossbuildException {
        return tree.open(file);
    }

    @Override
    public OptionalLong storedBytes() throws IOException, CrossbuildException {
        return tree.storedBytes();
    }

    @Override
    public void close() throws IOException {
        tree.close();
    }
}
