// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.report;

import io.crossbuild.error.ClosureException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a closure is shown, and how.
 *
 * @param format the form of the output
 * @param why a file whose chains of requests are shown; null for none
 * @param whyNot a name whose rejected paths are shown; null for none. Without both, the whole closure is shown
 */
public record ClosureView(
        Format format, @Nullable String why, @Nullable String whyNot) {
    /** The forms of output. */
    public enum Format {
        /** Lines for people. */
        TREE,
        /** For programs. */
        JSON
    }

    /**
     * The text; each line ends with a line break.
     *
     * @param branches for a tree
     * @throws ClosureException when the requested file or name is not in the closure
     */
    public String of(ProgramClosure program, ClosureTree.Branches branches) throws ClosureException, IOException {
        if (format == Format.JSON) {
            return json(program) + "\n";
        }
        Iterable<String> lines;
        if (why != null) {
            lines = ClosureAnswers.why(program, why);
        } else if (whyNot != null) {
            lines = ClosureAnswers.whyNot(program.closure(), whyNot);
        } else {
            lines = ClosureTree.lines(program, branches);
        }
        return String.join("\n", lines) + "\n";
    }

    private String json(ProgramClosure program) throws ClosureException, IOException {
        if (why != null) {
            return ClosureJson.why(program, ClosureAnswers.chains(program, why));
        }
        if (whyNot != null) {
            // For the error, if no file requests it.
            ClosureAnswers.whyNot(program.closure(), whyNot);
            return ClosureJson.whyNot(program, whyNot);
        }
        return ClosureJson.of(program);
    }
}
