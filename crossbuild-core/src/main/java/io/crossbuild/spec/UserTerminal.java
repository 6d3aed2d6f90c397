// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** Where a person, or a script in a person's place, sits before a shell of the guest. */
public interface UserTerminal {
    /**
     * The size of a terminal's window.
     *
     * @param columns characters in a line
     * @param rows lines
     */
    record Size(int columns, int rows) {}

    /**
     * What makes it a terminal, as opposed to a pair of streams.
     *
     * @param type the name of its terminfo(5) entry
     */
    record Screen(String type, Size size) {}

    /** Empty when there are only streams: then the guest's program gets pipes, and reads up to the end of the input. */
    Optional<Screen> screen();

    /** The program is about to start: from now on a terminal is in raw mode, as the guest's echoes and makes signals. */
    void begin();

    /** What is typed. */
    InputStream input();

    /** What the guest's program prints, byte for byte. */
    OutputStream output();

    /** The errors of a program that has pipes; a terminal has one output for all. */
    OutputStream errors();

    /** Sets who is told of changes of the window's size. */
    void onResize(Consumer<Size> listener);
}
