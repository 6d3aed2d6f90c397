// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.needs;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ProvidedLibrary;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.closure.SonameConflict;
import io.crossbuild.closure.StartProblem;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ClosureException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reports the problems of extracted programs and libraries. */
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
     * @param named paths of files that the configuration names one by one
     * @throws ClosureException when the program would not start and must, or a named file is for another C library
     */
    void report(@Nullable String program, Set<String> named, Closure closure) throws ClosureException {
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
                    fatal.stream().allMatch(p -> p.kind() == StartProblem.Kind.WINDOWS_LINE_ENDS)
                            ? AdviceKey.UNIX_LINE_ENDS.advice()
                            : AdviceKey.INSTALL_LIBRARIES.advice());
        }
        closure.problems().stream()
                .limit(SHOWN)
                .forEach(p -> listener.onEvent(new Warning.NotLoadable(p.root(), p.message(), p.chain())));
        if (closure.problems().size() > SHOWN) {
            listener.onEvent(new Warning.MoreNotLoadable(closure.problems().size() - SHOWN));
        }
        for (SonameConflict conflict : closure.conflicts()) {
            List<Warning.LibraryConflict.Candidate> candidates = conflict.paths().stream()
                    .map(c -> new Warning.LibraryConflict.Candidate(c.path(), c.root()))
                    .toList();
            listener.onEvent(new Warning.LibraryConflict(conflict.name(), candidates));
        }
        for (SkippedFile file : closure.skipped()) {
            if (file.cause() == SkippedFile.Cause.OTHER_LIBC && named.contains(file.path())) {
                reportLibc(program, file);
            }
        }
        reportProvided(closure.provided());
        reportSkipped(closure.skipped(), named);
    }

    /** Directories of prebuilt files have variants for other C libraries; a named file is meant for the program. */
    private void reportLibc(@Nullable String program, SkippedFile file) throws ClosureException {
        String problem = "it is " + file.why().replace(")", ", the C library of '" + program + "')");
        if (mustStart) {
            throw new ClosureException(
                    "Cannot extract '" + file.path() + "': " + problem, AdviceKey.SAME_LIBC.advice());
        }
        listener.onEvent(new Warning.NotLoadable(file.path(), problem, List.of()));
    }

    /** One for each library: a Java runtime has some fifty objects that need libjvm.so. */
    private void reportProvided(List<ProvidedLibrary> provided) {
        Map<String, List<ProvidedLibrary>> byProvider = new LinkedHashMap<>();
        provided.forEach(p -> byProvider
                .computeIfAbsent(p.provider(), name -> new ArrayList<>())
                .add(p));
        byProvider.forEach((provider, libraries) -> {
            long count = libraries.stream()
                    .map(ProvidedLibrary::requester)
                    .distinct()
                    .count();
            listener.onEvent(new BuildEvent.LoadedFirst(libraries.get(0).name(), provider, Math.toIntExact(count)));
        });
    }

    private void reportSkipped(List<SkippedFile> skipped, Set<String> named) {
        long others = skipped.stream()
                .filter(s -> s.cause() != SkippedFile.Cause.OTHER_LIBC || !named.contains(s.path()))
                .filter(s -> s.cause() == SkippedFile.Cause.OTHER_MACHINE || s.cause() == SkippedFile.Cause.OTHER_LIBC)
                .count();
        if (others > 0) {
            listener.onEvent(new BuildEvent.OtherSystemsLibraries(others));
        }
    }

    private static String text(StartProblem problem) {
        return problem.message()
                + (problem.chain().size() > 1 ? " (" + String.join(" -> ", problem.chain()) + ")" : "");
    }
}
