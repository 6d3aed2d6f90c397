// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.function.Consumer;

/** A user's terminal, or a script's input and output, to which a shell in the guest is connected. */
public interface UserTerminal {
    /**
     * The size of a terminal's window.
     *
     * @param columns characters per line
     * @param rows number of lines
     */
    record Size(int columns, int rows) {}

    /**
     * What a terminal has in addition to its streams.
     *
     * @param type the name of its terminfo(5) entry
     * @param size the size of its window
     */
    record Screen(String type, Size size) {}

    /** Empty if there are only streams: the guest's program then gets pipes, and reads until the input ends. */
    Optional<Screen> screen();

    /**
     * Called just before the program starts: from now on a terminal must be in raw mode, since the guest's terminal
     * handles echo and signals.
     */
    void begin();

    /** The user's input. */
    InputStream input();

    /** Takes what the guest's program prints, byte for byte. */
    OutputStream output();

    /** Takes the standard error of a program that has pipes; a terminal has one output for both. */
    OutputStream errors();

    /** Sets the listener for changes of the window's size. */
    void onResize(Consumer<Size> listener);
}
