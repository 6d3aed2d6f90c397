// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The dynamic string tokens of glibc, {@code $ORIGIN}, {@code $LIB} and {@code $PLATFORM}, with or without braces
 * ({@code _dl_dst_substitute} of elf/dl-load.c).
 *
 * @param lib the value of {@code $LIB}
 * @param platform the value of {@code $PLATFORM}; null when it has none
 */
record TokenExpansion(String lib, @Nullable String platform) {

    /** Whether the text contains a known token. */
    static boolean hasToken(String text) {
        for (int at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
            if (token(text, at) != null) {
                return true;
            }
        }
        return false;
    }

    /** Whether the text contains the given token, such as "PLATFORM". */
    static boolean hasToken(String text, String name) {
        for (int at = text.indexOf('$'); at >= 0; at = text.indexOf('$', at + 1)) {
            Token token = token(text, at);
            if (token != null && token.name.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /**
     * The text with its tokens replaced; anything that looks like a token but is not, such as {@code $ORIGINAL}, stays.
     *
     * @param origin the value of {@code $ORIGIN}
     * @param secure under {@code AT_SECURE} the origin counts only as the whole first component
     * @return empty when a known token has no value: then the text must not be used at all
     */
    Optional<String> expand(String text, @Nullable String origin, boolean secure) {
        StringBuilder result = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            Token token = text.charAt(at) == '$' ? token(text, at) : null;
            if (token == null) {
                result.append(text.charAt(at++));
                continue;
            }
            int end = at + token.length;
            boolean whole = at == 0 && (end == text.length() || text.charAt(end) == '/');
            String value = token.name.equals("LIB") ? lib : platform;
            if (token.name.equals("ORIGIN")) {
                value = secure && !whole ? null : origin;
            }
            if (value == null) {
                return Optional.empty();
            }
            result.append(value);
            at = end;
        }
        return Optional.of(result.toString());
    }

    /** A token in a text; its length includes the dollar sign and the braces. */
    private record Token(String name, int length) {}

    private static @Nullable Token token(String text, int dollar) {
        for (String name : new String[] {"ORIGIN", "PLATFORM", "LIB"}) {
            if (text.startsWith("{" + name + "}", dollar + 1)) {
                return new Token(name, name.length() + 3);
            }
            // The longest identifier counts: $LIBS is not $LIB followed by S.
            int end = dollar + 1 + name.length();
            if (text.startsWith(name, dollar + 1) && (end >= text.length() || !isIdentifier(text.charAt(end)))) {
                return new Token(name, name.length() + 1);
            }
        }
        return null;
    }

    private static boolean isIdentifier(char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    }
}
