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
import java.util.Map;

/**
 * The file environment.json next to an environment's disk.
 *
 * @param release one digest of {@code releases}
 * @param releases the digest of each index, by suite
 * @param updates the mirrors of the suites with updates
 */
record EnvironmentMetadata(
        String id,
        String suite,
        String architecture,
        List<String> packages,
        String release,
        Map<String, String> releases,
        String mirror,
        Map<String, String> updates,
        int packageCount) {
    void write(Path directory) throws IOException {
        // Not a field of the class, so that reading metadata does not wait for it.
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.write(directory.resolve(Environment.METADATA_FILE), json.writeValueAsBytes(this));
    }

    /** @throws IOException when the directory contains no environment of this version */
    static Environment read(Path directory) throws IOException {
        JsonObject metadata = JsonObject.read(directory.resolve(Environment.METADATA_FILE));
        try {
            Architecture architecture = Architecture.of(metadata.text("architecture"));
            return new Environment(
                    directory.getFileName().toString(),
                    metadata.text("id"),
                    new EnvironmentSpec(metadata.text("suite"), architecture, metadata.texts("packages")),
                    metadata.text("release"),
                    metadata.text("mirror"),
                    metadata.textsByName("updates"),
                    (int) Math.min(Integer.MAX_VALUE, metadata.number("packageCount")),
                    directory);
        } catch (ConfigException e) {
            throw new IOException(e);
        }
    }
}
