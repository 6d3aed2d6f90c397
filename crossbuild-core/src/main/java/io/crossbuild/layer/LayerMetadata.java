// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.crossbuild.io.Excerpt;
import io.crossbuild.io.JsonObject;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The file layer.json next to a layer's disk.
 *
 * @param madeMillis when the step finished, in milliseconds since the epoch
 * @param tookMillis how long the step ran
 * @param text the step's text
 * @param inputs digests of inputs, by their text
 * @param traced whether there is a file with what the step read, see {@link StepTrace}
 */
record LayerMetadata(
        String key,
        String id,
        Layer.Parent parent,
        String release,
        StepState state,
        long madeMillis,
        long tookMillis,
        String text,
        Map<String, String> inputs,
        boolean traced) {
    static final String DISK_FILE = "disk.qcow2";
    private static final String METADATA_FILE = "layer.json";
    /** Two of them and a hyphen are a key of the store. */
    private static final int MAX_NAME_LENGTH = 99;

    static LayerMetadata of(Layer layer, long madeMillis, StepResult made) {
        return new LayerMetadata(
                layer.key(),
                layer.id(),
                layer.parent(),
                layer.release(),
                layer.state(),
                madeMillis,
                layer.took().toMillis(),
                made.text(),
                made.inputs(),
                layer.trace().isPresent());
    }

    /** The file in a layer's directory. */
    static Path file(Path directory) {
        return directory.resolve(METADATA_FILE);
    }

    void write(Path directory) throws IOException {
        // Not a field of the class, so that reading metadata does not wait for it.
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.write(file(directory), json.writeValueAsBytes(this));
    }

    /** @throws IOException when the directory contains no layer of this version */
    static LayerMetadata read(Path directory) throws IOException {
        JsonObject metadata = JsonObject.read(file(directory));
        JsonObject parent = metadata.object("parent");
        JsonObject state = metadata.object("state");
        return new LayerMetadata(
                name(metadata, "key"),
                name(metadata, "id"),
                new Layer.Parent(parent.flag("environment"), name(parent, "key"), name(parent, "id")),
                metadata.text("release"),
                new StepState(state.text("directory"), state.text("exports")),
                metadata.number("madeMillis"),
                metadata.number("tookMillis"),
                metadata.text("text"),
                metadata.textsByName("inputs"),
                metadata.isSet("traced"));
    }

    /** A part of the name of a directory in the store: nothing else may be looked up there. */
    private static String name(JsonObject object, String field) throws IOException {
        String text = object.text(field);
        if (text.length() > MAX_NAME_LENGTH || !Store.isKey(text)) {
            throw new IOException("'" + field + "' is '" + Excerpt.firstLine(text) + "' (expected letters and digits)");
        }
        return text;
    }

    /** Without its trace, which is read only where it is needed. */
    Layer layer(Path directory) {
        return new Layer(
                key,
                id,
                parent,
                release,
                state,
                Duration.ofMillis(tookMillis),
                directory.resolve(DISK_FILE),
                Optional.empty());
    }
}
