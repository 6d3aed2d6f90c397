// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.plan;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.RootLogin;
import io.crossbuild.tree.TreePaths;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The paths below the target root for guest paths: the same path, or for relative paths of the configuration the path
 * below the guest's /root, which is the working directory of a build.
 */
public final class TargetPaths {
    /** The directory to which relative paths refer, as in OPS. */
    public static final String HOME = RootLogin.HOME;

    private final String canonicalHome;

    /** @param tree in which the guest's /root may be a link */
    public TargetPaths(FileTree tree) throws IOException, CrossbuildException {
        canonicalHome = TreePaths.resolve(tree, HOME) instanceof TreePaths.Found found ? found.path() : HOME;
    }

    /** Whether a canonical path is below the guest's /root. */
    boolean isBelowHome(String guest) {
        return guest.startsWith(canonicalHome + "/") && !canonicalHome.equals("/");
    }

    /** Whether a canonical path is the guest's /root or below it. */
    boolean isHome(String guest) {
        return guest.equals(canonicalHome) || isBelowHome(guest);
    }

    /** The path below the target root; empty for the root itself. */
    String of(String guest, boolean home) {
        return home && isHome(guest)
                ? guest.substring(Math.min(guest.length(), canonicalHome.length() + 1))
                : guest.substring(1);
    }

    /** The path without empty components, "." and "..". */
    static String normalized(String path) {
        Deque<String> names = new ArrayDeque<>();
        for (String name : path.split("/")) {
            if (name.equals("..")) {
                names.pollLast();
            } else if (!name.isEmpty() && !name.equals(".")) {
                names.addLast(name);
            }
        }
        return "/" + String.join("/", names);
    }
}
