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

/**
 * Finds out whether a program runs with more rights than its caller, so that the loader ignores most of its
 * environment.
 */
public final class SecureExecution {
    private static final int SET_USER_ID = 04000;
    /** Without the group's permission to execute, the bit means mandatory locks (chmod(2), formerly). */
    private static final int SET_GROUP_ID = 02010;

    private SecureExecution() {}

    /** Decides by the file's mode, which the kernel ignores for a script. */
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
