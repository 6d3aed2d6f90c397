// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.io.IOException;

/** Receives the bytes of one output stream of a command, in order, from one thread. */
public interface OutputSink {
    /** A sink that discards everything. */
    OutputSink NONE = (bytes, offset, length) -> {};

    /**
     * Receives bytes; the array is reused after the call. A sink that blocks makes the command wait.
     *
     * @throws IOException when the sink cannot take them; the command is then abandoned
     */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** The stream has ended. */
    default void end() throws IOException {}
}
