// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.io.InputStream;

/** Receives the files of a package one after the other. */
@FunctionalInterface
public interface DebVisitor {
    /** @param content of a regular file, valid during the call; need not be read */
    void visit(DebEntry entry, InputStream content) throws IOException, CrossbuildException;
}
