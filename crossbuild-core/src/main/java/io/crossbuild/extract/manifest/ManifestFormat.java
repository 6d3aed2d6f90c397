// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes a manifest's entries as JSON, field by field: binding ten thousand of them to objects would take a
 * cold JVM longer than copying the files. Fields without a value are left out.
 */
final class ManifestFormat {
    private ManifestFormat() {}

    static void write(JsonGenerator json, ManifestEntry entry) throws IOException {
        json.writeStartObject();
        json.writeStringField("path", entry.path());
        json.writeStringField("type", entry.type().name());
        json.writeStringField("guest", entry.guest());
        if (entry.existing()) {
            json.writeBooleanField("existing", true);
        }
        if (entry.size() != null) {
            json.writeNumberField("size", entry.size());
        }
        write(json, "sha256", entry.sha256());
        write(json, "dataSha256", entry.dataSha256());
        write(json, "mode", entry.mode());
        write(json, "modified", entry.modified());
        write(json, "hardLink", entry.hardLink());
        write(json, "target", entry.target());
        json.writeObjectFieldStart("reason");
        write(json, "requester", entry.reason().requester());
        json.writeStringField("name", entry.reason().name());
        json.writeStringField("rule", entry.reason().rule());
        json.writeEndObject();
        ManifestEntry.Owner owner = entry.owner();
        if (owner != null) {
            json.writeObjectFieldStart("owner");
            json.writeStringField("package", owner.name());
            json.writeStringField("version", owner.version());
            json.writeStringField("architecture", owner.architecture());
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, @Nullable String value) throws IOException {
        if (value != null) {
            json.writeStringField(name, value);
        }
    }

    /**
     * Reads the entry at whose start a parser is; unknown fields are ignored.
     *
     * @return empty when a required field is missing
     */
    static Optional<ManifestEntry> read(JsonParser json) throws IOException {
        Map<String, String> texts = new HashMap<>();
        Map<String, String> reason = Map.of();
        Map<String, String> owner = Map.of();
        boolean existing = false;
        Long size = null;
        while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            switch (name) {
                case "reason" -> reason = texts(json, value);
                case "owner" -> owner = texts(json, value);
                case "existing" -> existing = value == JsonToken.VALUE_TRUE;
                case "size" -> size = value == JsonToken.VALUE_NULL ? null : Long.valueOf(json.getLongValue());
                default -> takeText(json, name, value, texts);
            }
        }
        String path = texts.get("path");
        String guest = texts.get("guest");
        ManifestEntry.@Nullable Type type = type(texts.get("type"));
        String name = reason.get("name");
        String rule = reason.get("rule");
        if (path == null || guest == null || type == null || name == null || rule == null) {
            return Optional.empty();
        }
        return Optional.of(new ManifestEntry(
                path,
                type,
                guest,
                existing,
                size,
                texts.get("sha256"),
                texts.get("dataSha256"),
                texts.get("mode"),
                texts.get("modified"),
                texts.get("hardLink"),
                texts.get("target"),
                new ManifestEntry.Reason(reason.get("requester"), name, rule),
                owner(owner)));
    }

    private static Map<String, String> texts(JsonParser json, JsonToken start) throws IOException {
        Map<String, String> texts = new HashMap<>();
        while (start == JsonToken.START_OBJECT && json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            takeText(json, name, json.nextToken(), texts);
        }
        return texts;
    }

    private static void takeText(JsonParser json, String name, JsonToken value, Map<String, String> texts)
            throws IOException {
        if (value == JsonToken.VALUE_STRING) {
            texts.put(name, json.getText());
        } else {
            json.skipChildren();
        }
    }

    private static ManifestEntry.@Nullable Type type(@Nullable String text) {
        for (ManifestEntry.Type type : ManifestEntry.Type.values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        return null;
    }

    private static ManifestEntry.@Nullable Owner owner(Map<String, String> texts) {
        String name = texts.get("package");
        String version = texts.get("version");
        String architecture = texts.get("architecture");
        return name == null || version == null || architecture == null
                ? null
                : new ManifestEntry.Owner(name, version, architecture);
    }
}
