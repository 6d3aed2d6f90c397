// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.error.Advice;
import io.crossbuild.error.ConfigException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** All errors in what the user wrote, in whatever place, to be reported at once. */
final class Problems {
    private record Problem(String source, String text) {}

    private final List<Problem> problems = new ArrayList<>();
    private final Set<Advice> advice = new LinkedHashSet<>();

    /** Something that reads what the user wrote. */
    @FunctionalInterface
    interface Reading<T> {
        T read() throws ConfigException, IOException;
    }

    void add(String source, String text, List<Advice> whatToDo) {
        problems.add(new Problem(source, text));
        advice.addAll(whatToDo);
    }

    /** Reads; errors are recorded under the name that the reader gives its source. */
    <T> Optional<T> collect(Reading<T> reading) throws IOException {
        try {
            return Optional.of(reading.read());
        } catch (ConfigException e) {
            keep(e);
            return Optional.empty();
        }
    }

    /** Something that checks what the user wrote. */
    @FunctionalInterface
    interface Check {
        void run() throws ConfigException, IOException;
    }

    /** Checks; errors are recorded under the name that the check gives its source. */
    void check(Check check) throws IOException {
        try {
            check.run();
        } catch (ConfigException e) {
            keep(e);
        }
    }

    private void keep(ConfigException e) {
        e.problems().forEach(text -> add(e.source(), text, e.advice()));
    }

    /** @throws ConfigException when there are problems, with all of them */
    void throwIfAny() throws ConfigException {
        if (problems.isEmpty()) {
            return;
        }
        String first = problems.get(0).source();
        boolean oneSource = problems.stream().allMatch(p -> p.source().equals(first));
        throw ConfigException.of(
                oneSource ? first : "configuration",
                problems.stream()
                        .map(p -> oneSource ? p.text() : p.source() + ": " + p.text())
                        .toList(),
                List.copyOf(advice));
    }
}
