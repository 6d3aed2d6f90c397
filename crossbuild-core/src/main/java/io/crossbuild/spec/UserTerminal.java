// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** The terminal of a person, or the input and output of a script, that a shell of the guest is connected to. */
public interface UserTerminal {
    /**
     * The size of a terminal's window.
     *
     * @param columns characters in a line
     * @param rows lines
     */
    record Size(int columns, int rows) {}

    /**
     * What a terminal has and a pair of streams does not.
     *
     * @param type the name of its terminfo(5) entry
     * @param size that of its window
     */
    record Screen(String type, Size size) {}

    /** Empty when there are only streams: then the guest's program gets pipes, and reads up to the end of the input. */
    Optional<Screen> screen();

    /**
     * The program is about to start: from now on a terminal is in raw mode, since the guest's terminal does echo and
     * signals.
     */
    void begin();

    /** The user's input. */
    InputStream input();

    /** What the guest's program prints, byte for byte. */
    OutputStream output();

    /** The standard error of a program that has pipes; a terminal has one output for both. */
    OutputStream errors();

    /** Sets the listener for changes of the window's size. */
    void onResize(Consumer<Size> listener);
}
