// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;

/**
 * What is known about an emulator, kept in the store so that it need not be started just to get its version.
 *
 * @param key of its directory in the store; empty for one that is not in the store
 * @param written when this was found out
 */
record QemuMetadata(String version, int major, boolean sandbox, String build, String key, Instant written) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static QemuMetadata of(QemuBinary qemu, String key, Instant now) {
        return new QemuMetadata(qemu.version(), qemu.major(), qemu.sandbox(), qemu.build(), key, now);
    }

    /** The metadata with a name; empty when there is none, or it is damaged. */
    static Optional<QemuMetadata> read(Store store, String name) throws CrossbuildException {
        Optional<byte[]> bytes = store.verdict(name);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            JsonNode json = JSON.readTree(bytes.get());
            int major = json.path("major").asInt();
            String key = json.path("key").asText();
            if (major == 0 || !(key.isEmpty() || Store.isKey(key))) {
                return Optional.empty();
            }
            return Optional.of(new QemuMetadata(
                    json.path("version").asText(),
                    major,
                    json.path("sandbox").asBoolean(),
                    json.path("build").asText(),
                    key,
                    Instant.ofEpochSecond(json.path("written").asLong())));
        } catch (IOException | DateTimeException e) {
            return Optional.empty();
        }
    }

    void keep(Store store, String name) throws CrossbuildException {
        String text = JSON.createObjectNode()
                .put("version", version)
                .put("major", major)
                .put("sandbox", sandbox)
                .put("build", build)
                .put("key", key)
                .put("written", written.getEpochSecond())
                .toPrettyString();
        store.keepVerdict(name, text.getBytes(StandardCharsets.UTF_8));
    }
}
