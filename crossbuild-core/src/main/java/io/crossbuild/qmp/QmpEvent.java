// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * An event that QEMU reported.
 *
 * @param name such as {@code SHUTDOWN} or {@code DEVICE_DELETED}
 * @param data the event's members; an empty object when it has none
 */
public record QmpEvent(String name, JsonNode data) {
    /** A text member of the data; empty when there is none. */
    public String text(String member) {
        return data.path(member).asText("");
    }
}
