// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file layer.json beside a layer's disk. */
record LayerNote(String id, Layer.Parent parent, String release, StepState state, String step) {
    static final String DISK_FILE = "disk.qcow2";
    private static final String NOTE_FILE = "layer.json";
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    void write(Path directory) throws IOException {
        Files.write(directory.resolve(NOTE_FILE), JSON.writeValueAsBytes(this));
    }

    /** @throws IOException when the directory holds no layer of this version */
    static Layer read(Path directory) throws IOException {
        LayerNote note = JSON.readValue(Files.readAllBytes(directory.resolve(NOTE_FILE)), LayerNote.class);
        String key = directory.getFileName().toString();
        return new Layer(key, note.id, note.parent, note.release, note.state, directory.resolve(DISK_FILE));
    }
}
