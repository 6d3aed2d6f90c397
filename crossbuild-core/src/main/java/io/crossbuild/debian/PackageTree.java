// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.FileType;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.function.Predicate;

/** The files of packages as one tree in memory, as if they had been unpacked one over the other. */
public final class PackageTree {
    private final MemoryFileTreeBuilder tree;
    private long leftBytes;

    private PackageTree(MemoryFileTreeBuilder tree, long leftBytes) {
        this.tree = tree;
        this.leftBytes = leftBytes;
    }

    /**
     * Reads packages.
     *
     * @param debs in the order of unpacking: base-files, which has the links of the merged /usr, first
     * @param filter selects files; their parent directories are added automatically
     * @param maxBytes limit for the content of all files together, which is kept in memory
     */
    public static FileTree of(Collection<Path> debs, Predicate<DebEntry> filter, long maxBytes)
            throws IOException, CrossbuildException {
        PackageTree packages = new PackageTree(MemoryFileTree.builder(), maxBytes);
        for (Path deb : debs) {
            DebFile.open(deb).forEachFile((entry, content) -> {
                if (filter.test(entry)) {
                    packages.add(deb, entry, content);
                }
            });
        }
        return packages.tree.build();
    }

    private void add(Path deb, DebEntry entry, InputStream content) throws IOException, CrossbuildException {
        if (entry.isHardLink()) {
            tree.hardLink(entry.path(), entry.link());
        } else if (entry.type() == FileType.DIRECTORY) {
            tree.directory(entry.path(), entry.attributes());
        } else if (entry.type() == FileType.SYMLINK) {
            tree.symlink(entry.path(), entry.link(), entry.attributes());
        } else if (entry.type() == FileType.REGULAR) {
            leftBytes -= entry.sizeBytes();
            if (leftBytes < 0 || entry.sizeBytes() > Integer.MAX_VALUE - 16) {
                throw new MalformedInputException(
                        deb.toString(), -1, "more content than allowed, at '" + entry.path() + "'");
            }
            tree.file(entry.path(), content.readAllBytes(), entry.attributes());
        } else {
            tree.special(entry.path(), entry.type(), entry.attributes());
        }
    }
}
