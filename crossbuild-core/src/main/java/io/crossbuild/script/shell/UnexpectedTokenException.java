// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

/** The text is no shell command from here on; the shell itself has the best message for that. */
final class UnexpectedTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    UnexpectedTokenException() {
        super(null, null, false, false);
    }
}
