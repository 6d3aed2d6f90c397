// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import io.crossbuild.disk.ext4.AccessWindow;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.tree.FileType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/** Finds out what a step read. */
@FunctionalInterface
public interface TraceReader {
    /**
     * The files that were read within a time.
     *
     * @param images of the disk, from the environment's up to that of the step, none of which is written to
     * @return the type of each file, by its absolute path
     */
    SortedMap<String, FileType> read(List<Path> images, AccessWindow window) throws IOException, CrossbuildException;
}
