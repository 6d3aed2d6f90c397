// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.List;

/**
 * A program of a target root with its arguments.
 *
 * @param program its path in the target root; a relative one is relative to the target root, as Program of config.json
 * @param args its arguments, without the program's own name
 */
public record ProgramCall(String program, List<String> args) {
    public ProgramCall {
        args = List.copyOf(args);
    }

    /** A call with these arguments. */
    public static ProgramCall of(String program, String... args) {
        return new ProgramCall(program, List.of(args));
    }

    /** The program and its arguments in one line, for messages. */
    public String text() {
        return args.isEmpty() ? program : program + " " + String.join(" ", args);
    }
}
