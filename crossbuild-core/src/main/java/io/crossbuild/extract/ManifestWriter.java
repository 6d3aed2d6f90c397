// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Writes the JSON of a manifest, one line per file. Nearly every text is plain, and a general writer of JSON takes a cold JVM
 * ten times as long to get fast.
 */
final class ManifestWriter {
    private static final int CHUNK_CHARS = 1 << 16;

    private final OutputStream out;
    private final StringBuilder json = new StringBuilder(CHUNK_CHARS + (CHUNK_CHARS >> 2));
    private boolean ascii = true;

    ManifestWriter(OutputStream out) {
        this.out = out;
    }

    /** Fields without a value are left out. */
    void write(Manifest manifest, int version) throws IOException {
        json.append("{\"version\":").append(version);
        field("runConfiguration", manifest.runConfiguration());
        json.append(",\"files\":[");
        boolean first = true;
        for (ManifestEntry entry : manifest.files()) {
            json.append(first ? "\n{" : "\n,{");
            first = false;
            write(entry);
            json.append('}');
            if (json.length() >= CHUNK_CHARS) {
                flush();
            }
        }
        json.append("\n]}\n");
        flush();
    }

    private void write(ManifestEntry entry) {
        first("path", entry.path());
        field("type", entry.type().name());
        field("guest", entry.guest());
        if (entry.existing()) {
            json.append(",\"existing\":true");
        }
        if (entry.size() != null) {
            json.append(",\"size\":").append((long) entry.size());
        }
        field("sha256", entry.sha256());
        field("dataSha256", entry.dataSha256());
        field("mode", entry.mode());
        field("modified", entry.modified());
        field("hardLink", entry.hardLink());
        field("target", entry.target());
        ManifestEntry.Reason reason = entry.reason();
        json.append(",\"reason\":{");
        if (reason.requester() == null) {
            first("name", reason.name());
        } else {
            first("requester", reason.requester());
            field("name", reason.name());
        }
        field("rule", reason.rule());
        json.append('}');
        ManifestEntry.Owner owner = entry.owner();
        if (owner != null) {
            json.append(",\"owner\":{");
            first("package", owner.name());
            field("version", owner.version());
            field("architecture", owner.architecture());
            json.append('}');
        }
    }

    private void field(String name, @Nullable String value) {
        if (value != null) {
            json.append(',');
            first(name, value);
        }
    }

    private void first(String name, String value) {
        json.append('"').append(name).append("\":\"");
        if (isPlain(value)) {
            json.append(value);
        } else {
            ascii = false;
            JsonStringEncoder.getInstance().quoteAsString(value, json);
        }
        json.append('"');
    }

    /** Whether a text is its own JSON form, in one byte each. */
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }

    private void flush() throws IOException {
        if (ascii) {
            out.write(json.toString().getBytes(StandardCharsets.ISO_8859_1));
        } else {
            // Half a surrogate pair is an error.
            ByteBuffer bytes = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(json));
            out.write(bytes.array(), bytes.arrayOffset(), bytes.limit());
        }
        json.setLength(0);
        ascii = true;
    }
}
