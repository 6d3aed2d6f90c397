// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.it;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of programs.txt.
 *
 * @param version arguments that print the version; null for none
 * @param use arguments of a real use
 * @param input its standard input; empty for none
 */
record SweptProgram(
        String debianPackage, String path, @Nullable String version, String use, String input) {

    static List<SweptProgram> all() throws IOException {
        try (InputStream in = SweptProgram.class.getResourceAsStream("programs.txt")) {
            List<SweptProgram> programs = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    programs.add(of(line.split(" \\| ", 5)));
                }
            }
            return List.copyOf(programs);
        }
    }

    private static SweptProgram of(String[] fields) {
        return new SweptProgram(
                fields[0],
                fields[1],
                given(fields[2]),
                fields[3].equals("none") ? "" : fields[3],
                fields.length < 5 ? "" : fields[4].replace("\\n", "\n").replace("\\t", "\t"));
    }

    private static @Nullable String given(String field) {
        return field.equals("none") ? null : field;
    }

    String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** Arguments in a shell's quotes as a list. */
    static List<String> words(String arguments) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean quoted = false;
        boolean any = false;
        for (int i = 0; i < arguments.length(); i++) {
            char c = arguments.charAt(i);
            if (c == '\'') {
                quoted = !quoted;
                any = true;
            } else if (c == ' ' && !quoted) {
                if (any) {
                    words.add(word.toString());
                }
                word.setLength(0);
                any = false;
            } else {
                word.append(c);
                any = true;
            }
        }
        if (any) {
            words.add(word.toString());
        }
        return words;
    }
}
