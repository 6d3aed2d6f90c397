// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Finds the known name that was most likely meant by a mistyped one. */
public final class NearestName {
    /** Longer names are not compared: the cost grows with the square of the length. */
    private static final int MAX_LENGTH = 256;

    private NearestName() {}

    /** The first of {@link #several}, if there is any. */
    public static Optional<String> of(String name, Collection<String> known) {
        return several(name, known, 1).stream().findFirst();
    }

    /**
     * The known names with the fewest insertions, deletions, replacements and swaps of neighbours compared to the given
     * one, ignoring case: the most similar first, and of equally similar ones those with the same beginning first.
     * Names in which more than a third of the characters differ are left out.
     *
     * @param most the maximum number of names
     */
    public static List<String> several(String name, Collection<String> known, int most) {
        record Near(String name, int distance, int samePrefix) {}
        if (name.isEmpty() || name.length() > MAX_LENGTH) {
            return List.of();
        }
        String wanted = name.toLowerCase(Locale.ROOT);
        List<Near> near = new ArrayList<>();
        for (String candidate : known) {
            int limit = Math.max(1, Math.max(name.length(), candidate.length()) / 3);
            if (candidate.length() > MAX_LENGTH || Math.abs(candidate.length() - name.length()) > limit) {
                continue;
            }
            int distance = distance(wanted, candidate.toLowerCase(Locale.ROOT));
            if (distance <= limit) {
                near.add(new Near(candidate, distance, samePrefix(wanted, candidate.toLowerCase(Locale.ROOT))));
            }
        }
        return near.stream()
                .sorted(Comparator.comparingInt(Near::distance)
                        .thenComparing(Near::samePrefix, Comparator.reverseOrder()))
                .map(Near::name)
                .distinct()
                .limit(most)
                .toList();
    }

    /** {@code "; did you mean 'x'?"} for a message, or an empty string. */
    public static String suggestion(String name, Collection<String> known) {
        return of(name, known).map(n -> "; did you mean '" + n + "'?").orElse("");
    }

    private static int samePrefix(String a, String b) {
        int length = 0;
        while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        return length;
    }

    /** The optimal string alignment distance: Levenshtein's with swaps of neighbours. */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int cost = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
