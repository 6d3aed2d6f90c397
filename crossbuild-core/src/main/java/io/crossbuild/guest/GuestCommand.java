// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.io.OutputSink;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * A command to run in the appliance.
 *
 * @param line a simple command (POSIX XCU 2.9.1), on one line
 * @param input what it reads from standard input, in UTF-8
 * @param stream what it reads from standard input instead, while it runs; null for none
 * @param output receives its standard output
 * @param errors receives its standard error
 * @param state receives what it writes to {@code /dev/crossbuild/state}
 */
record GuestCommand(
        String line,
        String input,
        @Nullable InputStream stream,
        OutputSink output,
        OutputSink errors,
        OutputSink state) {
    GuestCommand(String line, String input, OutputSink output, OutputSink errors, OutputSink state) {
        this(line, input, null, output, errors, state);
    }

    GuestCommand(String line, OutputSink output, OutputSink errors) {
        this(line, "", output, errors, OutputSink.NONE);
    }
}
