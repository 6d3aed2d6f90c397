// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.manifest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The list of everything that an extraction wrote, in a JSON file in the target root. The next extraction relies on it.
 *
 * @param files ordered by path
 * @param runConfiguration the digest of run.json as it was written; null if none was
 */
public record Manifest(List<ManifestEntry> files, @Nullable String runConfiguration) {
    /** The manifest of an extraction that wrote nothing. */
    public static final Manifest EMPTY = new Manifest(List.of(), null);

    private static final int VERSION = 1;
    private static final JsonFactory JSON = new JsonFactory();

    public Manifest {
        files = List.copyOf(files);
    }

    /**
     * Reads a manifest; empty if there is none.
     *
     * @throws IOException also when the file is not a manifest, or is from a later version
     */
    public static Manifest read(Path file) throws IOException {
        List<ManifestEntry> files = new ArrayList<>();
        String runConfiguration = null;
        try (JsonParser parser = JSON.createParser(Files.newInputStream(file))) {
            require(parser.nextToken() == JsonToken.START_OBJECT, file);
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                JsonToken value = parser.nextToken();
                switch (name) {
                    case "version" -> require(parser.getIntValue() == VERSION, file);
                    case "runConfiguration" -> runConfiguration = parser.getText();
                    case "files" -> {
                        require(value == JsonToken.START_ARRAY, file);
                        while (parser.nextToken() == JsonToken.START_OBJECT) {
                            Optional<ManifestEntry> entry = ManifestFormat.read(parser);
                            require(entry.filter(Manifest::isPlain).isPresent(), file);
                            entry.ifPresent(files::add);
                        }
                    }
                    default -> parser.skipChildren();
                }
            }
        } catch (NoSuchFileException e) {
            return EMPTY;
        }
        return new Manifest(files, runConfiguration);
    }

    /** The file may have been edited; no entry may lead out of the target root. */
    private static boolean isPlain(ManifestEntry entry) {
        String path = "/" + entry.path() + "/";
        return !path.contains("//") && !path.contains("/./") && !path.contains("/../");
    }

    private static void require(boolean condition, Path file) throws IOException {
        if (!condition) {
            throw new IOException("'" + file + "' is not a manifest of version " + VERSION);
        }
    }

    /** Writes one line per file. */
    public void write(Path file) throws IOException {
        try (JsonGenerator json = JSON.createGenerator(Files.newOutputStream(file))) {
            json.writeStartObject();
            json.writeNumberField("version", VERSION);
            if (runConfiguration != null) {
                json.writeStringField("runConfiguration", runConfiguration);
            }
            json.writeArrayFieldStart("files");
            for (ManifestEntry entry : files) {
                json.writeRaw('\n');
                ManifestFormat.write(json, entry);
            }
            json.writeRaw('\n');
            json.writeEndArray();
            json.writeEndObject();
            json.writeRaw('\n');
        }
    }
}
