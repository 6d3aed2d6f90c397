// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;

/** Takes the bytes of one output stream of a command, in order, from one thread. */
public interface OutputSink {
    /** A sink that drops everything. */
    OutputSink NONE = (bytes, offset, length) -> {};

    /**
     * Takes bytes; the array is reused after the call. A sink that waits makes the command wait.
     *
     * @throws IOException when they cannot be taken; the command is then given up
     */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** The stream has ended. */
    default void end() throws IOException {}
}
