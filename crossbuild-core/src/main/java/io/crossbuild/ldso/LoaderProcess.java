// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.LinkMap;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The objects that a loader holds in one process. A {@link ClosureBuilder} records what it opens and misses. */
interface LoaderProcess {
    /** Loads the libraries to preload and everything that the program needs. */
    void start() throws IOException, CrossbuildException;

    /**
     * Opens an addon by its path, as dlopen(3) does, and loads everything that it needs, in a separate process with the
     * same program: how addons influence each other would depend on the order in which a program opens them.
     *
     * @param path absolute
     * @return that process
     */
    LoaderProcess open(String path, TreeView.Present file, TreeView.Elf elf) throws IOException, CrossbuildException;

    /**
     * Opens a library by a name without a slash, like {@link #open} by a path.
     *
     * @param openedBy path of the object that opens it, whose search paths apply; null for an object without search
     *     paths
     * @return empty when there is no such library
     */
    Optional<LoaderProcess> openByName(String name, @Nullable String openedBy) throws IOException, CrossbuildException;

    /** The objects loaded by {@link #start}, or for an addon by {@link #open}. */
    LinkMap linkMap();

    /** Whether the same program could load other files on another processor. */
    boolean dependsOnCpu();
}
