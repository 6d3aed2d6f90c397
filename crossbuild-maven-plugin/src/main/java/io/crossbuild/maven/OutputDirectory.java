// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the executions of a project write, by id: logs to {@code logs/EXECUTION}, and extracted files by default to
 * {@code EXECUTION/root}. Executions without an id share {@code root}.
 */
record OutputDirectory(Path directory) {
    private static final String LOGS = "logs";
    private static final String ROOT = "root";

    /** The ids that Maven assigns to goals on the command line and to executions without an id in a POM. */
    private static final Set<String> UNNAMED = Set.of("default-cli", "default");

    /** Names with a different meaning here or on Windows. */
    private static final Pattern TAKEN =
            Pattern.compile("(root|logs|(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?)", Pattern.CASE_INSENSITIVE);

    /** Below the build directory of a project. */
    static OutputDirectory below(Path buildDirectory) {
        return new OutputDirectory(buildDirectory.resolve("crossbuild"));
    }

    Path logs(String execution) {
        return directory.resolve(LOGS).resolve(name(execution));
    }

    /** As {@link #logs}, without symbolic links in their place: these may come with a repository, and lead anywhere. */
    Path plainLogs(String execution) throws IOException {
        Path logs = logs(execution);
        for (Path own : List.of(directory.resolve(LOGS), logs)) {
            if (Files.isSymbolicLink(own)) {
                Files.delete(own);
            }
        }
        return logs;
    }

    Path targetRoot(String execution) {
        return UNNAMED.contains(execution)
                ? directory.resolve(ROOT)
                : directory.resolve(name(execution)).resolve(ROOT);
    }

    /** A file name for each id: characters that file names cannot contain on every system are written as %XX. */
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
