// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A version of a library as it is in the names of its symbol versions, such as the 2.17 of GLIBC_2.17. Versions compare
 * number by number: 2.9 is older than 2.17.
 *
 * @param numbers at least one, none negative
 */
public record LibraryVersion(List<Integer> numbers) implements Comparable<LibraryVersion> {
    private static final int MAX_NUMBERS = 4;

    public LibraryVersion {
        numbers = List.copyOf(numbers);
    }

    /** The version that a text such as "3.4.19" names; empty if it is none. */
    public static Optional<LibraryVersion> parse(String text) {
        String[] parts = text.split("\\.", -1);
        boolean valid = parts.length <= MAX_NUMBERS && Arrays.stream(parts).allMatch(p -> p.matches("[0-9]{1,6}"));
        return valid
                ? Optional.of(new LibraryVersion(
                        Arrays.stream(parts).map(Integer::valueOf).toList()))
                : Optional.empty();
    }

    /** A version of glibc such as "2.17"; empty if the text is none. */
    public static Optional<LibraryVersion> ofGlibc(String text) {
        return parse(text).filter(v -> v.numbers.size() >= 2 && v.numbers.get(0) == 2);
    }

    /** A version of libstdc++'s symbols such as "3.4.19"; empty if the text is none. */
    public static Optional<LibraryVersion> ofGlibcxx(String text) {
        return parse(text).filter(v -> v.numbers.size() >= 2 && v.numbers.get(0) == 3 && v.numbers.get(1) == 4);
    }

    @Override
    public int compareTo(LibraryVersion other) {
        for (int i = 0; i < Math.min(numbers.size(), other.numbers.size()); i++) {
            int order = numbers.get(i).compareTo(other.numbers.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(numbers.size(), other.numbers.size());
    }

    /** Such as "2.17". */
    public String text() {
        return numbers.stream().map(String::valueOf).collect(Collectors.joining("."));
    }

    @Override
    public String toString() {
        return text();
    }
}
