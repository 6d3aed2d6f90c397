// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.nio.file.Path;

/** Fills a directory before it is published. */
@FunctionalInterface
public interface StagingWriter {
    /** @param directory empty, private to the caller, in the store's file system */
    void write(Path directory) throws IOException, CrossbuildException, InterruptedException;
}
