// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import org.jspecify.annotations.Nullable;

/** Input that violates its format: a disk image, a package, an ELF file, an index. */
public final class MalformedInputException extends CrossbuildException {
    private static final long serialVersionUID = 1L;

    private final String input;
    private final long offset;
    private final String problem;

    /**
     * Malformed input.
     *
     * @param input the name of what was read, for the message
     * @param offset the position in the input, in bytes; -1 when there is no single position
     * @param problem what is wrong there, in the form {@code <found> (expected <wanted>)}
     */
    public MalformedInputException(String input, long offset, String problem) {
        this(input, offset, problem, null);
    }

    /**
     * Malformed input, with the failure that revealed it.
     *
     * @param input the name of what was read, for the message
     * @param offset the position in the input, in bytes; -1 when there is no single position
     * @param problem what is wrong there, in the form {@code <found> (expected <wanted>)}
     * @param cause null if there is none
     */
    public MalformedInputException(String input, long offset, String problem, @Nullable Throwable cause) {
        super("Malformed '" + input + "'" + (offset < 0 ? "" : " at byte " + offset) + ": " + problem, null, cause);
        this.input = input;
        this.offset = offset;
        this.problem = problem;
    }

    /** The name of what was read, such as a path or an address. */
    public String input() {
        return input;
    }

    /** What is wrong, in the form {@code <found> (expected <wanted>)}. */
    public String problem() {
        return problem;
    }

    /** The position in bytes from the start, or -1. */
    public long offset() {
        return offset;
    }
}
