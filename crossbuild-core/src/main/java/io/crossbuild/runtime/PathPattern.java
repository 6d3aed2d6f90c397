// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pattern for paths. A star stands for any part of one name, as short as possible; one that is the first name
 * stands for any directory.
 */
final class PathPattern {
    private static final String ANYWHERE = "*/";

    private PathPattern() {}

    /** What each star stands for, without the one at the beginning; empty when the path does not match. */
    static Optional<List<String>> match(String pattern, String path) {
        int start = 0;
        String rest = pattern;
        if (pattern.startsWith(ANYWHERE)) {
            rest = pattern.substring(ANYWHERE.length());
            start = path.length();
            for (int names = count(rest, rest.length(), '/') + 1; names > 0; names--) {
                start = path.lastIndexOf('/', start - 1);
                if (start < 0) {
                    return Optional.empty();
                }
            }
            start++;
        }
        if (!rest.isEmpty() && rest.charAt(0) != '*' && !path.startsWith(rest.substring(0, 1), start)) {
            return Optional.empty();
        }
        List<String> stars = new ArrayList<>();
        int p = 0;
        int s = start;
        while (true) {
            int patternEnd = endOfName(rest, p);
            int pathEnd = endOfName(path, s);
            if (!matches(rest.substring(p, patternEnd), path.substring(s, pathEnd), stars)) {
                return Optional.empty();
            }
            if (patternEnd == rest.length() || pathEnd == path.length()) {
                boolean both = patternEnd == rest.length() && pathEnd == path.length();
                return both ? Optional.of(stars) : Optional.empty();
            }
            p = patternEnd + 1;
            s = pathEnd + 1;
        }
    }

    private static int endOfName(String path, int start) {
        int end = path.indexOf('/', start);
        return end < 0 ? path.length() : end;
    }

    /**
     * One name. What is between two stars is searched from where the one before it ended: the first place is the right
     * one, so that the time is at most the product of the lengths.
     */
    private static boolean matches(String pattern, String name, List<String> stars) {
        int star = pattern.indexOf('*');
        if (star < 0) {
            return pattern.equals(name);
        }
        if (!name.startsWith(pattern.substring(0, star))) {
            return false;
        }
        int at = star;
        while (star >= 0) {
            int next = pattern.indexOf('*', star + 1);
            String text = pattern.substring(star + 1, next < 0 ? pattern.length() : next);
            int found = next < 0 ? name.length() - text.length() : name.indexOf(text, at);
            if (found < at || !name.startsWith(text, found)) {
                return false;
            }
            stars.add(name.substring(at, found));
            at = found + text.length();
            star = next;
        }
        return true;
    }

    private static int count(String text, int end, char counted) {
        int count = 0;
        for (int i = 0; i < end; i++) {
            count += text.charAt(i) == counted ? 1 : 0;
        }
        return count;
    }
}
