// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the executions of one project write, by their ids: {@code logs/EXECUTION}, and below {@code EXECUTION/root} what
 * they extract unless they are told another place. Executions that nobody named share {@code root}.
 */
record OutputDirectory(Path directory) {
    private static final String LOGS = "logs";
    private static final String ROOT = "root";

    /** The ids that Maven gives: to goals on the command line, and to an execution in a POM that has none. */
    private static final Set<String> UNNAMED = Set.of("default-cli", "default");

    /** Names that mean something else here, or on Windows. */
    private static final Pattern TAKEN =
            Pattern.compile("(root|logs|(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?)", Pattern.CASE_INSENSITIVE);

    /** Below the build directory of a project. */
    static OutputDirectory below(Path buildDirectory) {
        return new OutputDirectory(buildDirectory.resolve("crossbuild"));
    }

    Path logs(String execution) {
        return directory.resolve(LOGS).resolve(name(execution));
    }

    Path targetRoot(String execution) {
        return UNNAMED.contains(execution)
                ? directory.resolve(ROOT)
                : directory.resolve(name(execution)).resolve(ROOT);
    }

    /** One file name for each id: what a name cannot hold, or not everywhere, is written as %XX. */
    private static String name(String execution) {
        StringBuilder name = new StringBuilder();
        boolean taken = TAKEN.matcher(execution).matches();
        for (int at = 0; at < execution.length(); ) {
            int c = execution.codePointAt(at);
            boolean outer = at == 0 || at == execution.length() - 1;
            boolean plain = Character.isLetterOrDigit(c) || c == '-' || c == '_' || (c == '.' && !outer);
            if (plain && !(taken && at == 0)) {
                name.appendCodePoint(c);
            } else {
                for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
                    name.append(String.format("%%%02X", b));
                }
            }
            at += Character.charCount(c);
        }
        return name.isEmpty() ? "%" : name.toString();
    }
}
