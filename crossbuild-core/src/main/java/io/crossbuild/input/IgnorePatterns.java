// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.input;

import io.crossbuild.error.ConfigException;
import io.crossbuild.tree.Glob;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * Patterns of gitignore(5). The last one that matches decides. A pattern with a slash before its end starts at the top,
 * any other matches at every depth. A trailing slash means directories only; {@code **} stands for any directories; an
 * exclamation mark includes files again, but not those in an ignored directory, which is never entered. Character
 * classes such as {@code [[:alpha:]]} are refused, and {@code ?} is a character, where git takes a byte.
 */
public final class IgnorePatterns {
    /** Nothing is ignored. */
    public static final IgnorePatterns NONE = new IgnorePatterns(List.of());

    private final List<Rule> rules;

    private IgnorePatterns(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /**
     * @param source for messages
     * @param lines as in a .gitignore
     * @throws ConfigException when a bracket is not closed, or nothing follows a backslash
     */
    public static IgnorePatterns parse(String source, List<String> lines) throws ConfigException {
        List<Rule> rules = new ArrayList<>();
        List<String> problems = new ArrayList<>();
        for (String line : lines) {
            String pattern = withoutTrailingSpaces(line);
            if (pattern.isEmpty() || pattern.startsWith("#")) {
                continue;
            }
            try {
                rules.add(Rule.parse(pattern));
            } catch (IllegalArgumentException e) {
                problems.add("pattern '" + pattern + "': " + e.getMessage() + " (expected a pattern of .gitignore)");
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(source, problems, null);
        }
        return new IgnorePatterns(rules);
    }

    /** @param path with slashes, relative to the patterns' directory; its parent directories must not be ignored */
    public boolean isIgnored(String path, boolean directory) {
        String[] names = path.split("/");
        for (int i = rules.size() - 1; i >= 0; i--) {
            if (rules.get(i).matches(names, directory)) {
                return !rules.get(i).takesBack();
            }
        }
        return false;
    }

    private static String withoutTrailingSpaces(String line) {
        int end = line.endsWith("\r") ? line.length() - 1 : line.length();
        while (end > 0 && line.charAt(end - 1) == ' ' && !isEscaped(line, end - 1)) {
            end--;
        }
        return line.substring(0, end);
    }

    private static boolean isEscaped(String text, int at) {
        int backslashes = 0;
        while (at - backslashes > 0 && text.charAt(at - backslashes - 1) == '\\') {
            backslashes++;
        }
        return backslashes % 2 == 1;
    }

    /**
     * One pattern.
     *
     * @param names one for each directory on the way and one for the name; empty for {@code **}
     */
    private record Rule(boolean takesBack, boolean directoriesOnly, List<List<Glob>> names) {
        private static final List<Glob> ANY_DIRECTORIES = List.of();

        static Rule parse(String line) {
            boolean takesBack = line.startsWith("!");
            String pattern = takesBack ? line.substring(1) : line;
            boolean directoriesOnly = pattern.endsWith("/");
            if (directoriesOnly) {
                pattern = pattern.substring(0, pattern.length() - 1);
            }
            boolean atEveryDepth = !pattern.contains("/");
            if (pattern.startsWith("/")) {
                pattern = pattern.substring(1);
            }
            List<List<Glob>> names = new ArrayList<>();
            if (atEveryDepth) {
                names.add(ANY_DIRECTORIES);
            }
            for (String name : pattern.split("/", -1)) {
                names.add(name.equals("**") ? ANY_DIRECTORIES : List.of(Glob.parse(ofGo(name))));
            }
            if (names.get(names.size() - 1).equals(ANY_DIRECTORIES)) {
                // "a/**" is everything below a, not a itself.
                names.add(List.of(Glob.parse("*")));
            }
            return new Rule(takesBack, directoriesOnly, names);
        }

        /** Brackets are negated with an exclamation mark here. */
        private static String ofGo(String name) {
            StringBuilder go = new StringBuilder(name);
            for (int i = 0; i < go.length(); i++) {
                if (go.charAt(i) == '\\') {
                    i++;
                } else if (go.charAt(i) == '[') {
                    if (go.indexOf("[:", i) == i || go.indexOf("[:", i + 1) == i + 1) {
                        throw new IllegalArgumentException("a character class");
                    }
                    if (i + 1 < go.length() && go.charAt(i + 1) == '!') {
                        go.setCharAt(i + 1, '^');
                    }
                    i = Math.max(i, go.indexOf("]", i + 2));
                }
            }
            return go.toString();
        }

        boolean matches(String[] path, boolean directory) {
            return (directory || !directoriesOnly) && matches(path);
        }

        /** Follows all paths through the pattern at once, so it takes at most names times path steps. */
        private boolean matches(String[] path) {
            BitSet positions = new BitSet(names.size() + 1);
            positions.set(0);
            passAnyDirectories(positions);
            for (String name : path) {
                BitSet next = new BitSet(names.size() + 1);
                positions.stream().filter(i -> i < names.size()).forEach(i -> {
                    if (names.get(i).equals(ANY_DIRECTORIES)) {
                        next.set(i);
                    } else if (names.get(i).get(0).matches(name)) {
                        next.set(i + 1);
                    }
                });
                passAnyDirectories(next);
                positions = next;
            }
            return positions.get(names.size());
        }

        /** "**" also stands for no directory. */
        private void passAnyDirectories(BitSet positions) {
            for (int i = 0; i < names.size(); i++) {
                if (positions.get(i) && names.get(i).equals(ANY_DIRECTORIES)) {
                    positions.set(i + 1);
                }
            }
        }
    }
}
