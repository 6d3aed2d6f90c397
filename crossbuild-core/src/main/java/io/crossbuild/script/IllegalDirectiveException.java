// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

/** A {@code #@} comment that is not a directive. */
final class IllegalDirectiveException extends Exception {
    private static final long serialVersionUID = 1L;

    IllegalDirectiveException(String problem) {
        super(problem);
    }
}
