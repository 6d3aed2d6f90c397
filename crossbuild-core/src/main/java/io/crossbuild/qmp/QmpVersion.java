// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qmp;

import com.fasterxml.jackson.databind.JsonNode;

/** QEMU's version as given in its greeting. */
public record QmpVersion(int major, int minor, int micro) {
    static QmpVersion from(JsonNode version) {
        JsonNode qemu = version.path("qemu");
        return new QmpVersion(
                qemu.path("major").asInt(),
                qemu.path("minor").asInt(),
                qemu.path("micro").asInt());
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + micro;
    }
}
