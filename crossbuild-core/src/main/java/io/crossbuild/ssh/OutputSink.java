// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ssh;

import java.io.IOException;
import java.io.OutputStream;

/** Takes the bytes of one output stream of a remote command, in order, from one thread. */
public interface OutputSink {
    /** A sink that drops everything. */
    OutputSink NONE = (bytes, offset, length) -> {};

    /** A sink that hands everything on at once. */
    static OutputSink flushing(OutputStream out) {
        return (bytes, offset, length) -> {
            out.write(bytes, offset, length);
            out.flush();
        };
    }

    /**
     * Takes bytes; the array is reused after the call. A sink that waits makes the remote command wait.
     *
     * @throws IOException when they cannot be taken; the command is then given up
     */
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** The stream has ended. */
    default void end() throws IOException {}
}
