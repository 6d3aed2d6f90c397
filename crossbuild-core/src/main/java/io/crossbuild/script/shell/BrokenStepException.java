// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script.shell;

/** A command that does not end within the text. */
public final class BrokenStepException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int start;

    private BrokenStepException(String problem, int start) {
        super(problem, null, false, false);
        this.start = start;
    }

    /**
     * The text ended inside a construct of the shell.
     *
     * @param construct the open construct, such as {@code 'if'}
     * @param start where it began, an index into the text
     * @param closer the token that would close it
     */
    static BrokenStepException unterminated(String construct, int start, String closer) {
        return new BrokenStepException(construct + " is never closed (expected " + closer + ")", start);
    }

    /** Constructs are nested more deeply than the limit. */
    static BrokenStepException tooDeep(int start, int limit) {
        return new BrokenStepException("nested too deeply (expected at most " + limit + " levels)", start);
    }

    /** Where the problem begins, as an index into the text. */
    public int start() {
        return start;
    }
}
