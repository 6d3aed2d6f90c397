// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.List;

/** The objects that a loader holds in one process. What it opens and misses goes to a {@link ClosureBuilder}. */
interface LoaderProcess {
    /** Loads what is to be preloaded and everything that the program needs. */
    void start() throws IOException, CrossbuildException;

    /** Another process in the same state, for opening one addon without the others. */
    LoaderProcess copy();

    /**
     * Opens an addon by its path, as dlopen(3) does, and loads all that it needs.
     *
     * @param path absolute
     */
    void open(String path, TreeView.Present file, TreeView.Elf elf) throws IOException, CrossbuildException;

    /** Every object, in the order of the loader's list. */
    List<LoadedObject> objects();

    /** Whether the same program could load other files on another processor. */
    boolean dependsOnCpu();
}
