// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.error.ConfigException;
import io.crossbuild.script.shell.BrokenStepException;
import io.crossbuild.script.shell.CommandScanner;
import io.crossbuild.script.shell.ShellText;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Splits the text of a build file into steps. */
final class StepReader {
    private final Path path;
    private final String text;
    private final List<Step> steps = new ArrayList<>();
    private final List<Directive> directives = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    /**
     * @param path for messages
     * @param text with line feeds only
     */
    StepReader(Path path, String text) {
        this.path = path;
        this.text = text;
    }

    List<Step> read() throws ConfigException {
        ShellText in = new ShellText(text);
        int line = 1;
        while (!in.atEnd()) {
            int start = in.position();
            in.skipToLineEnd();
            String first = in.from(start).strip();
            if (first.isEmpty() || first.startsWith("#")) {
                in.skip(1);
                directive(line, first);
                line++;
                continue;
            }
            in.moveTo(start);
            try {
                new CommandScanner(in).logicalLine();
            } catch (BrokenStepException e) {
                problems.add("line " + BuildFile.lineAt(text, e.start()) + ": " + e.getMessage());
                break;
            }
            String whole = in.from(start);
            String step = whole.endsWith("\n") ? whole.substring(0, whole.length() - 1) : whole;
            int endLine = line + BuildFile.lineAt(step, step.length()) - 1;
            steps.add(new Step(line, endLine, step, directives));
            checkSecrets(steps.get(steps.size() - 1));
            directives.clear();
            line = endLine + 1;
        }
        if (problems.isEmpty() && !directives.isEmpty()) {
            problems.add("line " + directives.get(0).line() + ": no step after this directive (expected one)");
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(path.toString(), problems, null);
        }
        return steps;
    }

    /** Each variable and each file has one value. */
    private void checkSecrets(Step step) {
        Set<String> places = new HashSet<>();
        for (Directive.Secret secret : step.secrets()) {
            Stream.concat(secret.variable().stream(), secret.file().stream())
                    .filter(place -> !places.add(place))
                    .forEach(place -> problems.add("line " + secret.line() + ": directive 'secret': '" + place
                            + "' already has a secret for this step (expected only one)"));
        }
    }

    private void directive(int line, String comment) {
        if (comment.startsWith("#@")) {
            try {
                directives.add(DirectiveReader.read(line, comment.substring(2)));
            } catch (IllegalDirectiveException e) {
                problems.add("line " + line + ": " + e.getMessage());
            }
        }
    }
}
