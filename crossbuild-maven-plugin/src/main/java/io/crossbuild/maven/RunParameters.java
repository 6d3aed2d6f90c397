// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.ProgramCall;
import io.crossbuild.spec.RunOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The parameters about programs that are run in the target root, as written in a POM. */
record RunParameters(boolean runNetwork, @Nullable String runTimeout) {

    /** How they are run; errors are added to the parameters' problems. */
    RunOptions options(Parameters parameters) {
        return new RunOptions(parameters.flag("runNetwork", runNetwork), parameters.duration("runTimeout", runTimeout));
    }

    /** The programs to run after an extraction; errors are added to the parameters' problems. */
    List<ProgramCall> verify(Parameters parameters, @Nullable List<String> ofPom) {
        String given = parameters.fromCommandLine("verify");
        List<ProgramCall> calls = new ArrayList<>();
        for (String line : given != null ? List.of(given) : ofPom == null ? List.<String>of() : ofPom) {
            if (line == null || line.isBlank()) {
                continue;
            }
            Optional<List<String>> words = words(line);
            if (words.isEmpty()) {
                parameters.wrong("verify", "'" + line + "': a quote is never closed (expected another one)", null);
            } else {
                calls.add(new ProgramCall(
                        words.get().get(0), words.get().subList(1, words.get().size())));
            }
        }
        return calls;
    }

    /** The words of a line that is not blank; empty if a quote is not closed. */
    static Optional<List<String>> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
                continue;
            }
            inWord = true;
            if (quote == 0 ? c == '\'' || c == '"' : c == quote) {
                quote = quote == 0 ? c : 0;
            } else if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else {
                word.append(c);
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return quote == 0 ? Optional.of(words) : Optional.empty();
    }
}
