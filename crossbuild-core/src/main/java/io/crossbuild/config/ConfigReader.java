// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.NearestName;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks one configuration against the keys of OPS, token by token, and continues after every problem except broken
 * JSON.
 */
final class ConfigReader {
    private final Path path;
    private final String text;
    private final JsonParser parser;
    private final List<String> problems = new ArrayList<>();

    ConfigReader(Path path, String text, JsonParser parser) {
        this.path = path;
        this.text = text;
        this.parser = parser;
    }

    ConfigLayer read() throws IOException, ConfigException {
        Map<String, Object> values = Map.of();
        try {
            if (parser.nextToken() == JsonToken.START_OBJECT) {
                values = object("", OpsKey.CONFIG);
                if (parser.nextToken() != null) {
                    problem(
                            parser.currentTokenLocation(),
                            "unexpected content after the object (expected one JSON object)");
                }
            } else {
                problem(parser.currentTokenLocation(), found() + " (expected an object)");
            }
        } catch (StreamConstraintsException e) {
            problem(parser.currentLocation(), plain(e.getOriginalMessage()));
        } catch (JsonProcessingException e) {
            JsonLocation location = e.getLocation() == null ? parser.currentLocation() : e.getLocation();
            problem(location, brokenJson(location, e.getOriginalMessage()));
        }
        if (!problems.isEmpty()) {
            throw new ConfigException(path.toString(), problems, null);
        }
        return layer(new LinkedHashMap<>(values));
    }

    private ConfigLayer layer(Map<String, Object> values) {
        Object program = values.remove("Program");
        return new ConfigLayer(
                path.toString(),
                program == null || program.equals("") ? null : (String) program,
                strings(values.remove("Args")),
                strings(values.remove("Files")),
                strings(values.remove("Dirs")),
                stringMap(values.remove("MapDirs")),
                stringMap(values.remove("Env")),
                values);
    }

    private static @Nullable List<String> strings(@Nullable Object value) {
        return value == null
                ? null
                : ((List<?>) value).stream().map(String.class::cast).toList();
    }

    private static @Nullable Map<String, String> stringMap(@Nullable Object value) {
        if (value == null) {
            return null;
        }
        Map<String, String> map = new LinkedHashMap<>();
        ((Map<?, ?>) value).forEach((k, v) -> map.put((String) k, (String) v));
        return map;
    }

    /** Reads an object of known keys; the current token is its start. */
    private Map<String, Object> object(String at, List<OpsKey> keys) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        Set<String> seen = new HashSet<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonLocation location = parser.currentTokenLocation();
            OpsKey key = OpsKey.find(keys, name).orElse(null);
            if (!seen.add(name.toLowerCase(Locale.ROOT))) {
                problem(location, "key '" + at + name + "' appears twice (expected once)");
            }
            parser.nextToken();
            if (key == null) {
                problem(
                        location,
                        "unknown key '" + at + name + "'"
                                + NearestName.suggestion(
                                        name, keys.stream().map(OpsKey::name).toList()));
                parser.skipChildren();
            } else if (parser.currentToken() != JsonToken.VALUE_NULL) {
                Object value = value(at + key.name(), key);
                if (value != null) {
                    values.put(key.name(), value);
                }
            }
        }
        return Collections.unmodifiableMap(values);
    }

    /** Reads a value of a key's type; null after a problem. */
    private @Nullable Object value(String at, OpsKey key) throws IOException {
        JsonToken token = parser.currentToken();
        boolean list = token == JsonToken.START_ARRAY;
        boolean map = token == JsonToken.START_OBJECT;
        return switch (key.kind()) {
            case STRING -> token == JsonToken.VALUE_STRING ? string(at) : wrong(at, key.kind());
            case BOOLEAN -> token.isBoolean() ? (Object) parser.getBooleanValue() : wrong(at, key.kind());
            case INTEGER -> integer(at);
            case STRINGS, OBJECTS -> list ? list(at, key) : wrong(at, key.kind());
            case STRING_MAP -> map ? map(at, true) : wrong(at, key.kind());
            case ANY_MAP -> map ? map(at, false) : wrong(at, key.kind());
            case OBJECT -> map ? object(at + ".", key.keys()) : wrong(at, key.kind());
        };
    }

    private @Nullable Object integer(String at) throws IOException {
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                && (parser.getNumberType() == JsonParser.NumberType.INT
                        || parser.getNumberType() == JsonParser.NumberType.LONG)) {
            return parser.getLongValue();
        }
        return wrong(at, OpsKey.Kind.INTEGER);
    }

    private @Nullable Object string(String at) throws IOException {
        String value = parser.getText();
        if (value.indexOf('\0') >= 0) {
            problem(parser.currentTokenLocation(), "'" + at + "' contains a zero character (expected text)");
            return null;
        }
        return value;
    }

    private List<Object> list(String at, OpsKey key) throws IOException {
        List<Object> values = new ArrayList<>();
        for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
            String item = at + "[" + i + "]";
            boolean objects = key.kind() == OpsKey.Kind.OBJECTS;
            Object value;
            if (objects) {
                value = parser.currentToken() == JsonToken.START_OBJECT
                        ? object(item + ".", key.keys())
                        : wrong(item, OpsKey.Kind.OBJECT);
            } else {
                value = parser.currentToken() == JsonToken.VALUE_STRING
                        ? string(item)
                        : wrong(item, OpsKey.Kind.STRING);
            }
            if (value != null) {
                values.add(value);
            }
        }
        return Collections.unmodifiableList(values);
    }

    private Map<String, @Nullable Object> map(String at, boolean strings) throws IOException {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            JsonLocation location = parser.currentTokenLocation();
            String item = at + "." + name;
            parser.nextToken();
            Object value = strings && parser.currentToken() != JsonToken.VALUE_STRING
                    ? wrong(item, OpsKey.Kind.STRING)
                    : any(item);
            if (name.indexOf('\0') >= 0) {
                problem(location, "a key of '" + at + "' contains a zero character (expected text)");
            }
            if (values.containsKey(name)) {
                problem(location, "key '" + item + "' appears twice (expected once)");
            }
            values.put(name, value);
        }
        return Collections.unmodifiableMap(values);
    }

    /** Reads a value of whatever type it has; null for null. */
    private @Nullable Object any(String at) throws IOException {
        return switch (parser.currentToken()) {
            case START_OBJECT -> map(at, false);
            case START_ARRAY -> {
                List<@Nullable Object> values = new ArrayList<>();
                for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                    values.add(any(at + "[" + i + "]"));
                }
                yield Collections.unmodifiableList(values);
            }
            case VALUE_STRING -> string(at);
            case VALUE_TRUE, VALUE_FALSE -> parser.getBooleanValue();
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> parser.getNumberValueExact();
            default -> null;
        };
    }

    /** Records that the current value has the wrong type, and skips it. */
    private @Nullable Object wrong(String at, OpsKey.Kind expected) throws IOException {
        problem(
                parser.currentTokenLocation(),
                "'" + at + "' is " + found() + " (expected " + expected.description() + ")");
        parser.skipChildren();
        return null;
    }

    private String found() throws IOException {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "nothing";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "a list";
            case VALUE_STRING -> "a string";
            case VALUE_TRUE, VALUE_FALSE -> parser.getText();
            case VALUE_NULL -> "null";
            default -> "the number " + abbreviated(parser.getText());
        };
    }

    private static String abbreviated(String number) {
        return number.length() > 40 ? number.substring(0, 40) + "..." : number;
    }

    /** Jackson's messages mention its features here; the three common mistakes deserve plain words. */
    private String brokenJson(JsonLocation location, String message) {
        int at = (int) Math.min(Math.max(location.getCharOffset(), 0), text.length());
        String rest = text.substring(at).stripLeading();
        String before = text.substring(0, at).stripTrailing();
        if (rest.startsWith("//") || rest.startsWith("/*") || rest.startsWith("#") || before.endsWith("/")) {
            return "a comment (expected plain JSON, which has none)";
        }
        if (before.endsWith(",") && (rest.startsWith("}") || rest.startsWith("]"))) {
            return "a comma before '" + rest.charAt(0) + "' (expected none)";
        }
        return plain(message);
    }

    /** Jackson's message without the parts about its API. */
    private static String plain(String message) {
        String line = message.lines().findFirst().orElse(message);
        line = line.replaceFirst(", from `StreamReadConstraints[^`]*`", "").replaceFirst(" \\(start marker at.*", "");
        return line.substring(0, 1).toLowerCase(Locale.ROOT) + line.substring(1);
    }

    private void problem(JsonLocation location, String problem) {
        problems.add("line " + location.getLineNr() + ", column " + location.getColumnNr() + ": " + problem);
    }
}
