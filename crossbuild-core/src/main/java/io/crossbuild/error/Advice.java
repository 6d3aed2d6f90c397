// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.io.Serializable;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * What the user can do about a failure: a key, and values for its words. A frontend uses its own words where it can be
 * more specific, such as the name of an option; the words of {@link #text} suit any frontend.
 *
 * @param key which advice it is
 * @param values by name; exactly those in the key's words
 */
public record Advice(AdviceKey key, Map<String, String> values) implements Serializable {
    /** @throws IllegalArgumentException when a value is missing, or is not in the key's words */
    public Advice {
        values = Map.copyOf(values);
        if (!values.keySet().equals(key.names())) {
            throw new IllegalArgumentException(
                    "'" + key + "' has values " + values.keySet() + " (expected " + key.names() + ")");
        }
    }

    /** An imperative sentence without a trailing dot, in words that suit any frontend. */
    public String text() {
        return in(key.words());
    }

    /**
     * The advice in a frontend's words.
     *
     * @param words with the names of values in braces, as in {@link AdviceKey#words}
     */
    public String in(String words) {
        return AdviceKey.NAME
                .matcher(words)
                .replaceAll(name -> Matcher.quoteReplacement(values.getOrDefault(name.group(1), name.group())));
    }
}
