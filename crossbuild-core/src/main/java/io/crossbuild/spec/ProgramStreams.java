// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The standard streams of a program. None of them is closed.
 *
 * @param input what it reads, as fast as it does, possibly a little further; null for nothing. It is read by another
 *     thread, which may still wait for bytes when the program has ended
 * @param output receives what it writes to standard output
 * @param errors receives what it writes to standard error
 */
public record ProgramStreams(@Nullable InputStream input, OutputStream output, OutputStream errors) {
    /** Streams of a program that reads nothing. */
    public static ProgramStreams to(OutputStream output, OutputStream errors) {
        return new ProgramStreams(null, output, errors);
    }

    /** The same with something to read; null for nothing. */
    public ProgramStreams withInput(@Nullable InputStream value) {
        return new ProgramStreams(value, output, errors);
    }
}
