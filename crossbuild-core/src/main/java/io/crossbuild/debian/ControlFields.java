// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.debian;

import io.crossbuild.error.MalformedInputException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One paragraph of control data (deb822(5), Debian Policy 5.1). Field names are not case-sensitive. */
public final class ControlFields {
    private final String source;
    private final Map<String, String> values;

    private ControlFields(String source, Map<String, String> values) {
        this.source = source;
        this.values = values;
    }

    /**
     * Reads the first paragraph of a text; lines that begin with '#' are comments.
     *
     * @param source the name of the input, for messages
     */
    static ControlFields parse(String text, String source) throws MalformedInputException {
        Map<String, String> values = new LinkedHashMap<>();
        String name = null;
        StringBuilder value = new StringBuilder();
        for (String line : text.split("\r?\n", -1)) {
            if (line.startsWith("#")) {
                continue;
            }
            if (line.isBlank()) {
                if (name != null) {
                    break;
                }
                continue;
            }
            if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
                if (name == null) {
                    throw new MalformedInputException(source, -1, "a continuation line before any field");
                }
                value.append('\n').append(line.strip());
                continue;
            }
            put(values, name, value, source);
            int colon = line.indexOf(':');
            if (colon <= 0) {
                throw new MalformedInputException(
                        source, -1, "line '" + shortened(line) + "' (expected 'Name: value')");
            }
            name = line.substring(0, colon);
            value = new StringBuilder(line.substring(colon + 1).strip());
        }
        put(values, name, value, source);
        return new ControlFields(source, values);
    }

    private static void put(Map<String, String> values, @Nullable String name, StringBuilder value, String source)
            throws MalformedInputException {
        if (name != null && values.putIfAbsent(name.toLowerCase(Locale.ROOT), value.toString()) != null) {
            throw new MalformedInputException(source, -1, "field '" + name + "' appears twice");
        }
    }

    private static String shortened(String line) {
        return line.length() <= 60 ? line : line.substring(0, 60) + "...";
    }

    /** The value of a field. The lines of a folded value are separated by newlines, without their indentation. */
    public Optional<String> get(String name) {
        return Optional.ofNullable(values.get(name.toLowerCase(Locale.ROOT)));
    }

    /** The value of a field that must be present and not empty. */
    public String require(String name) throws MalformedInputException {
        String value = values.get(name.toLowerCase(Locale.ROOT));
        if (value == null || value.isEmpty()) {
            throw new MalformedInputException(source, -1, "no field '" + name + "'");
        }
        return value;
    }

    /** The value of a field that is a number of at most 18 digits. */
    long requireNumber(String name) throws MalformedInputException {
        String value = require(name);
        if (!value.matches("\\d{1,18}")) {
            throw new MalformedInputException(
                    source, -1, "field '" + name + "' is '" + value + "' (expected a number)");
        }
        return Long.parseLong(value);
    }
}
