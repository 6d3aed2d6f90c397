// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A pattern for paths. A star stands for any part of one name, as short as possible; at the beginning, {@code *&#47;}
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
        return matches(rest, 0, path, start, stars) ? Optional.of(stars) : Optional.empty();
    }

    private static boolean matches(String pattern, int p, String path, int s, List<String> stars) {
        int at = s;
        for (int i = p; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '*') {
                for (int end = at; end <= path.length(); end++) {
                    stars.add(path.substring(at, end));
                    if (matches(pattern, i + 1, path, end, stars)) {
                        return true;
                    }
                    while (stars.size() > count(pattern, i, '*')) {
                        stars.remove(stars.size() - 1);
                    }
                    if (end < path.length() && path.charAt(end) == '/') {
                        return false;
                    }
                }
                return false;
            }
            if (at >= path.length() || path.charAt(at) != pattern.charAt(i)) {
                return false;
            }
            at++;
        }
        return at == path.length();
    }

    private static int count(String text, int end, char counted) {
        int count = 0;
        for (int i = 0; i < end; i++) {
            count += text.charAt(i) == counted ? 1 : 0;
        }
        return count;
    }
}
