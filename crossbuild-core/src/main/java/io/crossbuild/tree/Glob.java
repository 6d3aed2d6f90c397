// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** A pattern of Go's {@code path/filepath.Match} for one name: {@code * ? [a-z] [^a] \x}. */
public final class Glob {
    private final List<Part> parts;

    private Glob(List<Part> parts) {
        this.parts = List.copyOf(parts);
    }

    /** One character of the name, or with {@code run} any number of them. */
    private record Part(boolean run, IntPredicate matches) {}

    /** @throws IllegalArgumentException when a bracket is not closed or nothing follows a backslash */
    public static Glob parse(String glob) {
        return new Glob(new Parser(glob).parse());
    }

    /** Whether the whole name matches, in at most pattern times name steps. */
    public boolean matches(String name) {
        int[] characters = name.codePoints().toArray();
        int part = 0;
        int at = 0;
        int runPart = -1;
        int runStart = 0;
        while (at < characters.length) {
            if (part < parts.size() && parts.get(part).run()) {
                runPart = part++;
                runStart = at;
            } else if (part < parts.size() && parts.get(part).matches().test(characters[at])) {
                part++;
                at++;
            } else if (runPart >= 0) {
                part = runPart + 1;
                at = ++runStart;
            } else {
                return false;
            }
        }
        while (part < parts.size() && parts.get(part).run()) {
            part++;
        }
        return part == parts.size();
    }

    private static final class Parser {
        private final int[] glob;
        private int at;

        Parser(String glob) {
            this.glob = glob.codePoints().toArray();
        }

        List<Part> parse() {
            List<Part> parts = new ArrayList<>();
            while (at < glob.length) {
                int c = next();
                if (c == '*') {
                    parts.add(new Part(true, x -> true));
                } else if (c == '?') {
                    parts.add(new Part(false, x -> true));
                } else if (c == '[') {
                    parts.add(new Part(false, brackets()));
                } else {
                    int wanted = c == '\\' ? next() : c;
                    parts.add(new Part(false, x -> x == wanted));
                }
            }
            return parts;
        }

        private IntPredicate brackets() {
            boolean negated = at < glob.length && glob[at] == '^';
            at += negated ? 1 : 0;
            // Not one predicate around another: thousands of ranges would overflow the stack.
            List<int[]> ranges = new ArrayList<>();
            do {
                int low = escaped();
                int high = low;
                if (at < glob.length && glob[at] == '-') {
                    at++;
                    high = escaped();
                }
                ranges.add(new int[] {low, high});
            } while (at >= glob.length || glob[at] != ']');
            at++;
            return x -> negated ^ ranges.stream().anyMatch(range -> x >= range[0] && x <= range[1]);
        }

        private int escaped() {
            int c = next();
            return c == '\\' ? next() : c;
        }

        private int next() {
            if (at >= glob.length) {
                throw new IllegalArgumentException("the pattern ends too early");
            }
            return glob[at++];
        }
    }
}
