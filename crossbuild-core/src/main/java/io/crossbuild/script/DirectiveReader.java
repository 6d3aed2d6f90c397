// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.error.NearestName;
import java.util.List;
import java.util.Map;

/** Reads one directive: its name and its arguments, separated by blanks. */
final class DirectiveReader {
    private static final Map<String, Integer> ARGUMENTS = Map.of("copy", 2, "cache", 1, "secret", 1, "always", 0);

    private DirectiveReader() {}

    /**
     * @param text what stands behind {@code #@}
     */
    static Directive read(int line, String text) throws IllegalDirectiveException {
        List<String> words = List.of(text.strip().split("\\s+"));
        String name = words.get(0);
        List<String> arguments = words.subList(1, words.size());
        Integer wanted = ARGUMENTS.get(name);
        if (wanted == null) {
            throw new IllegalDirectiveException("unknown directive '" + name + "' (expected one of "
                    + String.join(", ", ARGUMENTS.keySet().stream().sorted().toList()) + ")"
                    + NearestName.suggestion(name, ARGUMENTS.keySet()));
        }
        if (arguments.size() != wanted) {
            throw new IllegalDirectiveException(
                    "directive '" + name + "' has " + arguments.size() + " arguments (expected " + wanted + ")");
        }
        return switch (name) {
            case "copy" -> new Directive.Copy(line, arguments.get(0), arguments.get(1));
            case "cache" -> new Directive.Cache(line, arguments.get(0));
            case "secret" -> new Directive.Secret(line, arguments.get(0));
            default -> new Directive.Always(line);
        };
    }
}
