// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The first line of a script, as the kernel reads it (fs/binfmt_script.c).
 *
 * @param interpreter the program that runs the script
 * @param argument everything after it, as one argument; empty when there is none
 */
public record ScriptLine(String interpreter, String argument) {
    /** {@code BINPRM_BUF_SIZE}: the kernel reads no further. */
    public static final int MAX_BYTES = 256;

    /** @param head the first {@link #MAX_BYTES} bytes of the file, or all of it */
    public static Optional<ScriptLine> parse(byte[] head) {
        if (head.length < 2 || head[0] != '#' || head[1] != '!') {
            return Optional.empty();
        }
        String text = new String(head, 2, head.length - 2, StandardCharsets.UTF_8);
        int end = text.indexOf('\n');
        boolean cut = end < 0 && head.length >= MAX_BYTES;
        String line = strip(end < 0 ? text : text.substring(0, end));
        int space = 0;
        while (space < line.length() && line.charAt(space) != ' ' && line.charAt(space) != '\t') {
            space++;
        }
        // An interpreter is refused if its name may continue beyond what the kernel reads.
        if (space == 0 || (cut && space == line.length())) {
            return Optional.empty();
        }
        return Optional.of(new ScriptLine(line.substring(0, space), strip(line.substring(space))));
    }

    private static String strip(String text) {
        int zero = text.indexOf('\0');
        String line = zero < 0 ? text : text.substring(0, zero);
        return line.replaceAll("^[ \t]+|[ \t]+$", "");
    }

    /**
     * What env(1) runs.
     *
     * @param name as it is looked up in {@code PATH}
     * @param path the value of {@code PATH} when the line sets it; null otherwise
     */
    public record EnvCommand(String name, @Nullable String path) {}

    /** The command after {@code #!/usr/bin/env}, with or without {@code -S}. */
    public Optional<EnvCommand> envCommand() {
        List<String> words = argument.startsWith("-") ? split(argument) : List.of(argument);
        String path = null;
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.isEmpty()) {
                continue;
            }
            if (word.equals("-u") || word.equals("-C") || word.equals("--unset") || word.equals("--chdir")) {
                i++;
            } else if (word.indexOf('=') > 0 && !word.startsWith("-")) {
                path = word.startsWith("PATH=") ? word.substring(5) : path;
            } else if (!word.startsWith("-")) {
                return Optional.of(new EnvCommand(word, path));
            }
        }
        return Optional.empty();
    }

    /** {@code -S}, on its own, joined to its text or after other letters, splits the rest at spaces outside quotes. */
    private static List<String> split(String text) {
        String rest = text.replaceFirst("^(-[a-zA-Z]*S|--split-string[= ])\\s*", "");
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (quote != 0 ? c == quote : c == '\'' || c == '"') {
                quote = quote != 0 ? 0 : c;
            } else if (c == '\\' && quote != '\'' && i + 1 < rest.length()) {
                word.append(rest.charAt(++i));
            } else if (quote == 0 && (c == ' ' || c == '\t')) {
                words.add(word.toString());
                word.setLength(0);
            } else {
                word.append(c);
            }
        }
        words.add(word.toString());
        return words;
    }
}
