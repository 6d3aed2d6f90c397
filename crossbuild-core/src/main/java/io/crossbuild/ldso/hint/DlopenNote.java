// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso.hint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.closure.Priority;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An entry of the note in which an object names libraries that it opens at run time (UAPI.12, "dlopen metadata for ELF
 * files").
 *
 * @param sonames alternatives, the best first
 */
record DlopenNote(List<String> sonames, String feature, String description, Priority priority) {
    private static final ObjectMapper JSON = new ObjectMapper();

    DlopenNote {
        sonames = List.copyOf(sonames);
    }

    /** The entries of a note; invalid ones are skipped. */
    static List<DlopenNote> parse(String json) {
        List<DlopenNote> result = new ArrayList<>();
        JsonNode list;
        try {
            list = JSON.readTree(json);
        } catch (JsonProcessingException e) {
            return result;
        }
        for (JsonNode entry : list) {
            List<String> sonames = new ArrayList<>();
            entry.path("soname").forEach(s -> sonames.add(s.asText()));
            if (!sonames.isEmpty()) {
                result.add(new DlopenNote(
                        sonames,
                        entry.path("feature").asText(""),
                        entry.path("description").asText(""),
                        priority(entry.path("priority").asText(""))));
            }
        }
        return result;
    }

    private static Priority priority(String text) {
        for (Priority p : Priority.values()) {
            if (p.name().toLowerCase(Locale.ROOT).equals(text)) {
                return p;
            }
        }
        return Priority.RECOMMENDED;
    }
}
