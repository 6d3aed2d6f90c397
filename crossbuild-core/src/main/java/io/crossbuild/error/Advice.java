// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.error;

import java.io.Serializable;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * What the user can do about a failure: a key, and values for the words of it. A frontend has words of its own where it
 * can say more, such as the name of an option; {@link #text} has words that suit any.
 *
 * @param values by name; exactly those that the key's words have
 */
public record Advice(AdviceKey key, Map<String, String> values) implements Serializable {
    /** @throws IllegalArgumentException when a value is missing, or one is given that the key's words do not have */
    public Advice {
        values = Map.copyOf(values);
        if (!values.keySet().equals(key.names())) {
            throw new IllegalArgumentException(
                    "'" + key + "' has values " + values.keySet() + " (expected " + key.names() + ")");
        }
    }

    /** An imperative sentence without a dot at its end, in words that suit any frontend. */
    public String text() {
        return in(key.words());
    }

    /**
     * The same in a frontend's words.
     *
     * @param words with each value's name in braces where the value is to be, as in {@link AdviceKey#words}
     */
    public String in(String words) {
        return AdviceKey.NAME
                .matcher(words)
                .replaceAll(name -> Matcher.quoteReplacement(values.getOrDefault(name.group(1), name.group())));
    }
}
