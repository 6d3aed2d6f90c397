// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

/** From here on the text is not a valid shell command; the shell itself has the best message for that. */
final class UnexpectedTokenException extends Exception {
    private static final long serialVersionUID = 1L;

    UnexpectedTokenException() {
        super(null, null, false, false);
    }
}
