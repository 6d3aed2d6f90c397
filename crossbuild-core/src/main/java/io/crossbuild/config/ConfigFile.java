// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.config;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads config.json, the configuration file of OPS. */
public final class ConfigFile {
    /** More than any configuration needs, in bytes. */
    static final int MAX_BYTES = 4 << 20;

    private static final int MAX_DEPTH = 64;
    private static final JsonFactory JSON = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(MAX_BYTES)
                    .maxNameLength(64 << 10)
                    .build())
            .build();

    private ConfigFile() {}

    /**
     * Reads a file in OPS's schema: keys may be in upper or lower case, unknown keys and wrong types are errors, and
     * null means that the key is absent.
     *
     * @throws ConfigException with every problem found and its line and column, or when there is no such file
     */
    public static ConfigLayer read(Path path) throws IOException, ConfigException {
        Path absolute = path.toAbsolutePath().normalize();
        String text = text(absolute);
        try (JsonParser parser = JSON.createParser(text)) {
            return new ConfigReader(absolute, text, parser).read();
        }
    }

    private static String text(Path path) throws IOException, ConfigException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw problem(path, "not a regular file (expected a JSON file)", AdviceKey.WRITE_CONFIGURATION.advice());
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw problem(path, "there is no such file", AdviceKey.WRITE_CONFIGURATION.advice());
        }
        if (bytes.length > MAX_BYTES) {
            throw problem(path, "longer than " + MAX_BYTES + " bytes (expected a configuration)", null);
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            text = text.startsWith("\uFEFF") ? text.substring(1) : text;
            if (text.isBlank()) {
                throw problem(path, "empty (expected a JSON object)", AdviceKey.WRITE_CONFIGURATION.advice());
            }
            return text;
        } catch (CharacterCodingException e) {
            throw problem(path, "not UTF-8 (expected JSON in UTF-8)", AdviceKey.SAVE_AS_UTF8.advice());
        }
    }

    private static ConfigException problem(Path path, String problem, @Nullable Advice advice) {
        return new ConfigException(path.toString(), List.of(problem), advice);
    }
}
