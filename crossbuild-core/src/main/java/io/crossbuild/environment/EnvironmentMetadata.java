// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import io.crossbuild.io.JsonObject;
import io.crossbuild.spec.EnvironmentSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The file environment.json next to an environment's disk. */
record EnvironmentMetadata(
        String id,
        String suite,
        String architecture,
        List<String> packages,
        String release,
        String mirror,
        int packageCount) {
    void write(Path directory) throws IOException {
        // Not a field of the class, so that reading the file does not wait for its creation.
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.write(directory.resolve(Environment.NOTE_FILE), json.writeValueAsBytes(this));
    }

    /** @throws IOException when the directory contains no environment of this version */
    static Environment read(Path directory) throws IOException {
        JsonObject note = JsonObject.read(directory.resolve(Environment.NOTE_FILE));
        try {
            Architecture architecture = Architecture.of(note.text("architecture"));
            return new Environment(
                    directory.getFileName().toString(),
                    note.text("id"),
                    new EnvironmentSpec(note.text("suite"), architecture, note.texts("packages")),
                    note.text("release"),
                    note.text("mirror"),
                    (int) Math.min(Integer.MAX_VALUE, note.number("packageCount")),
                    directory);
        } catch (ConfigException e) {
            throw new IOException(e);
        }
    }
}
