// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A small JSON object, read token by token. Binding it to a class would take a cold JVM a quarter of a second, longer
 * than a build that has nothing to do.
 */
public final class JsonObject {
    /** More than any of our files has, in bytes. */
    private static final int MAX_BYTES = 16 << 20;

    private static final JsonFactory JSON = new JsonFactory();

    private final Map<String, Object> values;

    private JsonObject(Map<String, Object> values) {
        this.values = values;
    }

    /** @throws IOException also when the file is not a JSON object */
    public static JsonObject read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES);
        }
        try (JsonParser parser = JSON.createParser(bytes)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new IOException("'" + file + "' is not a JSON object");
            }
            return object(parser);
        }
    }

    private static JsonObject object(JsonParser parser) throws IOException {
        Map<String, Object> values = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String name = parser.currentName();
            Object value = value(parser, parser.nextToken());
            if (value != null) {
                values.put(name, value);
            }
        }
        return new JsonObject(values);
    }

    private static @Nullable Object value(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_OBJECT -> object(parser);
            case START_ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
                    items.add(value(parser, next));
                }
                yield items;
            }
            case VALUE_STRING -> parser.getText();
            case VALUE_NUMBER_INT -> parser.getLongValue();
            case VALUE_TRUE -> true;
            case VALUE_FALSE -> false;
            default -> null;
        };
    }

    /** @throws IOException when the object has no string of that name */
    public String text(String name) throws IOException {
        return value(name, String.class);
    }

    /** @throws IOException when the object has no whole number of that name */
    public long number(String name) throws IOException {
        return value(name, Long.class);
    }

    /** @throws IOException when the object has no boolean of that name */
    public boolean flag(String name) throws IOException {
        return value(name, Boolean.class);
    }

    /** Whether the object has a boolean of that name, and it is true. */
    public boolean isSet(String name) {
        return Boolean.TRUE.equals(values.get(name));
    }

    /** @throws IOException when the object has no object of that name */
    public JsonObject object(String name) throws IOException {
        return value(name, JsonObject.class);
    }

    /** @throws IOException when the object has no list of strings of that name */
    public List<String> texts(String name) throws IOException {
        List<String> texts = new ArrayList<>();
        for (Object item : value(name, List.class)) {
            if (!(item instanceof String text)) {
                throw new IOException("'" + name + "' is not a list of strings");
            }
            texts.add(text);
        }
        return texts;
    }

    /** @throws IOException when the object has no object of that name whose values are all strings */
    public Map<String, String> textsByName(String name) throws IOException {
        JsonObject object = object(name);
        Map<String, String> texts = new LinkedHashMap<>();
        for (String key : object.values.keySet()) {
            texts.put(key, object.text(key));
        }
        return texts;
    }

    private <T> T value(String name, Class<T> type) throws IOException {
        Object value = values.get(name);
        if (!type.isInstance(value)) {
            throw new IOException("no " + type.getSimpleName() + " '" + name + "'");
        }
        return type.cast(value);
    }
}
