// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file environment.json beside an environment's disk. */
record EnvironmentNote(
        String id,
        String suite,
        String architecture,
        List<String> packages,
        String release,
        String mirror,
        int packageCount) {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    void write(Path directory) throws IOException {
        Files.write(directory.resolve(Environment.NOTE_FILE), JSON.writeValueAsBytes(this));
    }

    /** @throws IOException when the directory holds no environment of this version */
    static Environment read(Path directory) throws IOException {
        EnvironmentNote note =
                JSON.readValue(Files.readAllBytes(directory.resolve(Environment.NOTE_FILE)), EnvironmentNote.class);
        try {
            EnvironmentSpec spec = new EnvironmentSpec(note.suite, Architecture.of(note.architecture), note.packages);
            String key = directory.getFileName().toString();
            return new Environment(key, note.id, spec, note.release, note.mirror, note.packageCount, directory);
        } catch (ConfigException e) {
            throw new IOException(e);
        }
    }
}
