// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.closure.SonameConflict;
import io.crossbuild.closure.StartProblem;
import io.crossbuild.error.ClosureException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tells what stands in the way of what is extracted. */
final class ClosureReport {
    private static final int SHOWN = 10;

    private final boolean mustStart;
    private final BuildListener listener;

    /** @param mustStart whether it is an error when the program would not start */
    ClosureReport(boolean mustStart, BuildListener listener) {
        this.mustStart = mustStart;
        this.listener = listener;
    }

    /**
     * @param program absolute guest path; null if only addons are extracted
     * @throws ClosureException when the program would not start and must
     */
    void tell(@Nullable String program, Closure closure) throws ClosureException {
        List<StartProblem> fatal = closure.problems().stream()
                .filter(p -> p.root().equals(program))
                .toList();
        if (program != null && !fatal.isEmpty() && mustStart) {
            throw new ClosureException(
                    "Cannot extract '" + program + "': it would not start\n  "
                            + fatal.stream()
                                    .limit(SHOWN)
                                    .map(ClosureReport::text)
                                    .collect(Collectors.joining("\n  ")),
                    "Let a line of build.txt install what is missing; with startCheck 'warn' it is extracted as it is");
        }
        closure.problems().stream().limit(SHOWN).forEach(p -> warn("'" + p.root() + "' cannot be loaded: " + text(p)));
        if (closure.problems().size() > SHOWN) {
            warn(closure.problems().size() - SHOWN + " more problems of this kind");
        }
        for (SonameConflict conflict : closure.conflicts()) {
            String paths = conflict.paths().stream()
                    .map(c -> "'" + c.path() + "' for '" + c.root() + "'")
                    .collect(Collectors.joining(", "));
            warn("'" + conflict.name() + "' is a different file for different addons, the first one loaded serves all: "
                    + paths);
        }
        noteSkipped(closure.skipped());
    }

    private void noteSkipped(List<SkippedFile> skipped) {
        long others = skipped.stream()
                .filter(s -> s.cause() == SkippedFile.Cause.OTHER_MACHINE || s.cause() == SkippedFile.Cause.OTHER_LIBC)
                .count();
        if (others > 0) {
            listener.onEvent(new BuildEvent.Note(
                    others + " shared objects for other systems are extracted without their libraries"));
        }
    }

    private static String text(StartProblem problem) {
        return problem.message()
                + (problem.chain().size() > 1 ? " (" + String.join(" -> ", problem.chain()) + ")" : "");
    }

    private void warn(String text) {
        listener.onEvent(new BuildEvent.Warning(text, null));
    }
}
