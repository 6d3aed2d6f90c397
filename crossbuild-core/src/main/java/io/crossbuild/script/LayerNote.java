// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The file layer.json beside a layer's disk.
 *
 * @param madeMillis when the step had run, in milliseconds since the epoch
 * @param tookMillis how long the step ran
 * @param text the step's
 */
record LayerNote(
        String key,
        String id,
        Layer.Parent parent,
        String release,
        StepState state,
        long madeMillis,
        long tookMillis,
        String text,
        DiskSeal disk) {
    static final String DISK_FILE = "disk.qcow2";
    private static final String NOTE_FILE = "layer.json";
    private static final ObjectMapper JSON = new ObjectMapper()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES);

    static LayerNote of(Layer layer, long madeMillis, String text, DiskSeal disk) {
        return new LayerNote(
                layer.key(),
                layer.id(),
                layer.parent(),
                layer.release(),
                layer.state(),
                madeMillis,
                layer.took().toMillis(),
                text,
                disk);
    }

    void write(Path directory) throws IOException {
        Files.write(directory.resolve(NOTE_FILE), JSON.writeValueAsBytes(this));
    }

    /** @throws IOException when the directory holds no layer of this version */
    static LayerNote read(Path directory) throws IOException {
        return JSON.readValue(Files.readAllBytes(directory.resolve(NOTE_FILE)), LayerNote.class);
    }

    Layer layer(Path directory) {
        return new Layer(key, id, parent, release, state, Duration.ofMillis(tookMillis), directory.resolve(DISK_FILE));
    }
}
