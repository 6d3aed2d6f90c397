// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.error.NearestName;
import io.crossbuild.tree.RootLogin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads one directive: its name and its arguments, separated by blanks. As in a shell, both kinds of quotes protect
 * blanks, and a backslash protects the next character, except between single quotes.
 */
final class DirectiveReader {
    private static final String ID = "id=";
    private static final String NO_NETWORK = "none";
    private static final String ENV = "env=";
    private static final String TARGET = "target=";
    private static final Pattern SECRET_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern ID_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    /** Every directive that there is, by its name. */
    static final Map<String, Reader> READERS = Map.of(
            "copy", DirectiveReader::copy,
            "cache", DirectiveReader::cache,
            "always", DirectiveReader::always,
            "network", DirectiveReader::network,
            "secret", DirectiveReader::secret,
            "trace", DirectiveReader::trace);

    /** Makes a directive of its arguments. */
    @FunctionalInterface
    interface Reader {
        Directive read(int line, List<String> arguments) throws IllegalDirectiveException;
    }

    private DirectiveReader() {}

    /**
     * @param text the text after {@code #@}
     */
    static Directive read(int line, String text) throws IllegalDirectiveException {
        List<String> words = words(text.strip());
        if (words.isEmpty()) {
            throw new IllegalDirectiveException("a directive without a name (expected one of " + names() + ")");
        }
        String name = words.get(0);
        Reader reader = READERS.get(name);
        if (reader == null) {
            throw new IllegalDirectiveException("unknown directive '" + name + "' (expected one of " + names() + ")"
                    + NearestName.suggestion(name, READERS.keySet()));
        }
        return reader.read(line, words.subList(1, words.size()));
    }

    private static Directive copy(int line, List<String> arguments) throws IllegalDirectiveException {
        check("copy", arguments, 2, "");
        return new Directive.Copy(line, arguments.get(0), arguments.get(1));
    }

    private static Directive cache(int line, List<String> arguments) throws IllegalDirectiveException {
        Optional<String> id = Optional.empty();
        List<String> directories = arguments;
        if (!arguments.isEmpty() && !isPath(arguments.get(0))) {
            id = Optional.of(id(arguments.get(0)));
            directories = arguments.subList(1, arguments.size());
        }
        check(
                "cache",
                directories,
                1,
                id.map(given -> " after '" + ID + given + "'").orElse(""));
        return new Directive.Cache(line, id, cached(directories.get(0)));
    }

    private static Directive always(int line, List<String> arguments) throws IllegalDirectiveException {
        check("always", arguments, 0, "");
        return new Directive.Always(line);
    }

    private static Directive secret(int line, List<String> arguments) throws IllegalDirectiveException {
        if (arguments.isEmpty()) {
            throw new IllegalDirectiveException("directive 'secret' has no arguments (expected a name)");
        }
        String name = arguments.get(0);
        if (!SECRET_NAME.matcher(name).matches()) {
            throw new IllegalDirectiveException("directive 'secret': '" + name + "' cannot be a name (expected 1 to"
                    + " 128 letters, digits, '_', '.' or '-', the first one a letter, a digit or '_')");
        }
        Optional<String> variable = Optional.empty();
        Optional<String> file = Optional.empty();
        for (String option : arguments.subList(1, arguments.size())) {
            if (option.startsWith(ENV) && variable.isEmpty()) {
                variable = Optional.of(variable(option.substring(ENV.length())));
            } else if (option.startsWith(TARGET) && file.isEmpty()) {
                file = Optional.of(secretFile(option.substring(TARGET.length())));
            } else {
                throw new IllegalDirectiveException("directive 'secret': unexpected '" + option
                        + "' (expected env=VARIABLE or target=FILE, each at most once)");
            }
        }
        return new Directive.Secret(
                line, name, variable.isEmpty() && file.isEmpty() ? Optional.of(variable(name)) : variable, file);
    }

    private static String variable(String name) throws IllegalDirectiveException {
        if (!VARIABLE.matcher(name).matches() || name.startsWith("_crossbuild_")) {
            throw new IllegalDirectiveException("directive 'secret': '" + name
                    + "' cannot be an environment variable (expected env=VARIABLE or target=FILE)");
        }
        return name;
    }

    private static String secretFile(String argument) throws IllegalDirectiveException {
        String path = RootLogin.expand(argument);
        if (!isNormal(path)
                || path.endsWith("/")
                || path.matches("/(proc|sys|dev)/.*")
                || path.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalDirectiveException("directive 'secret': '" + argument
                    + "' cannot be a secret's file (expected a file such as /run/secrets/token or ~/.netrc)");
        }
        return path;
    }

    /** Whether a path is absolute, without empty names, {@code .} and {@code ..}. */
    private static boolean isNormal(String path) {
        return path.startsWith("/") && !path.matches("(?s).*(//|/\\.\\.?(/.*|$)).*");
    }

    private static Directive trace(int line, List<String> arguments) throws IllegalDirectiveException {
        check("trace", arguments, 0, "");
        return new Directive.Trace(line);
    }

    private static Directive network(int line, List<String> arguments) throws IllegalDirectiveException {
        check("network", arguments, 1, "");
        if (!arguments.get(0).equals(NO_NETWORK)) {
            throw new IllegalDirectiveException(
                    "directive 'network': '" + arguments.get(0) + "' (expected " + NO_NETWORK + ")");
        }
        return new Directive.Network(line);
    }

    private static void check(String name, List<String> arguments, int wanted, String afterId)
            throws IllegalDirectiveException {
        if (arguments.size() != wanted) {
            throw new IllegalDirectiveException("directive '" + name + "' has " + arguments.size() + " arguments"
                    + afterId + " (expected " + wanted + ")");
        }
    }

    private static boolean isPath(String argument) {
        return argument.startsWith("/") || argument.startsWith("~");
    }

    private static String id(String argument) throws IllegalDirectiveException {
        if (!argument.contains("=")) {
            throw noDirectory(argument);
        }
        if (!argument.startsWith(ID)) {
            throw new IllegalDirectiveException(
                    "directive 'cache': unknown option '" + argument + "' (expected id=NAME or a directory)");
        }
        String id = argument.substring(ID.length());
        if (!ID_NAME.matcher(id).matches()) {
            throw new IllegalDirectiveException("directive 'cache': '" + id + "' cannot be an id (expected 1 to 64"
                    + " letters, digits, '.', '_' or '-', the first one a letter or digit)");
        }
        return id;
    }

    private static IllegalDirectiveException noDirectory(String argument) {
        return new IllegalDirectiveException("directive 'cache': '" + argument
                + "' cannot be a cache (expected a directory such as /var/cache/apt/archives or ~/.npm)");
    }

    /** The directory without a trailing slash, and with the home directory for {@code ~/}. */
    private static String cached(String argument) throws IllegalDirectiveException {
        String path = RootLogin.expand(argument);
        String directory = path.replaceFirst("/+$", "");
        if (!isNormal(directory) || directory.matches("/(proc|sys|dev|root)(/(?<!/root/).*|$)")) {
            throw noDirectory(argument);
        }
        return directory;
    }

    private static String names() {
        return String.join(", ", READERS.keySet().stream().sorted().toList());
    }

    private static List<String> words(String text) throws IllegalDirectiveException {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\\' && quote != '\'' && i + 1 < text.length()) {
                word.append(text.charAt(++i));
                inWord = true;
            } else if (quote != 0 ? c == quote : c == '\'' || c == '"') {
                quote = quote == 0 ? c : 0;
                inWord = true;
            } else if (quote == 0 && Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                }
                inWord = false;
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (quote != 0) {
            throw new IllegalDirectiveException("quote " + quote + " is never closed (expected another " + quote + ")");
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }
}
