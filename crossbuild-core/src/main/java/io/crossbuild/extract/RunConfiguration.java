// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.crossbuild.config.BuildConfig;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A configuration with which {@code ops run PROGRAM -c run.json -r .} runs the program from the target root. OPS
 * resolves Files and Dirs relative to its working directory (lepton/image.go) and searches libraries in its own way, on
 * macOS differently from the loader; so every library is listed, at the path at which the loader opens it.
 */
final class RunConfiguration {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String VOLUME = "BaseVolumeSz";
    private static final long SECTOR_BYTES = 512;
    /** Boot sector, boot file system and UEFI partition of an image, and the log of its root (fs/mkfs.go of OPS). */
    private static final long OTHER_BYTES = 64L << 20;
    /** Without any, an image ends after its last file, and nothing can be written in it. */
    private static final long FREE_BYTES = 64L << 20;

    private RunConfiguration() {}

    /**
     * @param program path below the target root; null for none
     * @param before arguments before those of the configuration: for a script, with the script's own path at the end
     * @param files likewise
     * @param dirs likewise
     * @param fileBytes the sizes of all extracted files
     */
    static String write(
            BuildConfig config,
            @Nullable String program,
            List<String> before,
            Collection<String> files,
            Collection<String> dirs,
            LongStream fileBytes)
            throws IOException {
        Map<String, Object> run = new LinkedHashMap<>();
        if (program != null) {
            run.put("Program", "/" + program);
        }
        List<String> arguments = new ArrayList<>(before);
        arguments.addAll(config.args());
        if (!arguments.isEmpty()) {
            run.put("Args", arguments);
        }
        if (!config.env().isEmpty()) {
            run.put("Env", config.env());
        }
        TreeSet<String> others = new TreeSet<>(files);
        others.removeIf(f -> f.equals(program) || dirs.stream().anyMatch(d -> d.isEmpty() || f.startsWith(d + "/")));
        if (!others.isEmpty()) {
            run.put("Files", others);
        }
        if (!dirs.isEmpty()) {
            run.put(
                    "Dirs",
                    dirs.stream().map(d -> d.isEmpty() ? "." : d).sorted().toList());
        }
        if (!config.mapDirs().isEmpty()) {
            run.put("MapDirs", config.mapDirs());
        }
        config.other().forEach((key, value) -> {
            // The command line names the directory.
            if (!key.equals("TargetRoot") && !key.equals("LocalFilesParentDirectory")) {
                run.put(key, value);
            }
        });
        if (program != null) {
            run.putIfAbsent(VOLUME, volume(fileBytes));
        }
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            write(json, run);
        }
        return text.toString().replace("\r\n", "\n") + "\n";
    }

    /** The size of the whole image in megabytes, as OPS reads it. */
    private static String volume(LongStream fileBytes) {
        long bytes = fileBytes
                .map(b -> (b + SECTOR_BYTES - 1) / SECTOR_BYTES * SECTOR_BYTES)
                .sum();
        return ((bytes + OTHER_BYTES + FREE_BYTES) >> 20) + "m";
    }

    private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            json.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                json.writeFieldName(String.valueOf(entry.getKey()));
                write(json, entry.getValue());
            }
            json.writeEndObject();
        } else if (value instanceof Collection<?> items) {
            json.writeStartArray();
            for (Object item : items) {
                write(json, item);
            }
            json.writeEndArray();
        } else {
            json.writeObject(value);
        }
    }
}
