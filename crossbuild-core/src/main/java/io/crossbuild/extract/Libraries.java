// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import io.crossbuild.error.ClosureException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.ldso.Closure;
import io.crossbuild.ldso.ClosureResolver;
import io.crossbuild.ldso.LoaderOptions;
import io.crossbuild.ldso.OpenedFile;
import io.crossbuild.ldso.SkippedFile;
import io.crossbuild.ldso.SonameConflict;
import io.crossbuild.ldso.StartProblem;
import io.crossbuild.tree.FileTree;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Finds what the program and the shared objects among the selected files need, and tells what is missing. */
final class Libraries {
    private static final int SHOWN = 10;

    private final FileTree tree;
    private final BuildListener listener;

    Libraries(FileTree tree, BuildListener listener) {
        this.tree = tree;
        this.listener = listener;
    }

    /**
     * @param program absolute guest path; null if only addons are extracted
     * @throws ClosureException when the program would not start
     */
    List<OpenedFile> find(@Nullable String program, List<String> addons, Map<String, String> environment)
            throws IOException, CrossbuildException {
        Closure closure = new ClosureResolver(tree, LoaderOptions.ofEnvironment(environment)).resolve(program, addons);
        List<StartProblem> fatal = closure.problems().stream()
                .filter(p -> p.root().equals(program))
                .toList();
        if (program != null && !fatal.isEmpty()) {
            throw new ClosureException(
                    "Cannot extract '" + program + "': it would not start\n  "
                            + fatal.stream().limit(SHOWN).map(Libraries::text).collect(Collectors.joining("\n  ")),
                    "Let a line of build.txt install what is missing");
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
        return closure.files();
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
