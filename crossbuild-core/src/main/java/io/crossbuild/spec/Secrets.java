// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import io.crossbuild.error.ConfigException;
import java.util.Map;
import java.util.Optional;

/**
 * Values that a line of a build file may see and nothing else may: passwords, tokens, keys. A line gets one only by
 * {@code #@ secret NAME}. Values are in no key, layer, log or event, and not in {@link #toString()}.
 */
public final class Secrets {
    /** No secret has a value. */
    public static final Secrets NONE = from(name -> Optional.empty());

    private final Source source;

    private Secrets(Source source) {
        this.source = source;
    }

    /** Knows the values of secrets, and is asked only for those that a line about to run needs. */
    @FunctionalInterface
    public interface Source {
        /**
         * The value of a secret; empty if there is none.
         *
         * @throws ConfigException when there is one that cannot be read
         */
        Optional<String> find(String name) throws ConfigException;
    }

    /** Secrets with these values, by name. */
    public static Secrets of(Map<String, String> values) {
        Map<String, String> copy = Map.copyOf(values);
        return from(name -> Optional.ofNullable(copy.get(name)));
    }

    /** Secrets whose values are looked up when they are needed. */
    public static Secrets from(Source source) {
        return new Secrets(source);
    }

    /**
     * The value of a secret; empty if it has none.
     *
     * @throws ConfigException when it has one that cannot be read
     */
    public Optional<String> find(String name) throws ConfigException {
        return source.find(name);
    }

    /** Without values, so that they appear in no log. */
    @Override
    public String toString() {
        return "Secrets[***]";
    }
}
