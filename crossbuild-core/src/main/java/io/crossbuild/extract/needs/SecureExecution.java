// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.elf.ElfMagic;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileNode;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Tells programs that run with more rights than their caller, for whom the loader ignores most of its environment. */
public final class SecureExecution {
    private static final int SET_USER_ID = 04000;
    /** Without the right of the group to execute, the bit means mandatory locks (chmod(2) of old). */
    private static final int SET_GROUP_ID = 02010;

    private SecureExecution() {}

    /** By the mode of the file; the kernel takes no notice of it for a script. */
    public static boolean isFor(FileTree tree, @Nullable String program) throws IOException, CrossbuildException {
        Optional<FileNode> file = program == null
                ? Optional.empty()
                : TreePaths.find(tree, program).filter(FileNode::isRegular);
        if (file.isEmpty()) {
            return false;
        }
        int mode = file.get().permissions();
        boolean setId = (mode & SET_USER_ID) != 0 || (mode & SET_GROUP_ID) == SET_GROUP_ID;
        return setId && ElfMagic.isLoadable(tree, file.get());
    }
}
