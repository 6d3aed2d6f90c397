// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.crossbuild.arch.Architecture;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.JsonObject;
import io.crossbuild.io.PathLock;
import io.crossbuild.io.Sha256Digest;
import io.crossbuild.script.CacheName;
import io.crossbuild.script.CacheScope;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The disk of a cache in a store: one guest directory of one scope and architecture. */
public final class StoredCache {
    public static final String DISK_FILE = "disk.qcow2";
    private static final String METADATA_FILE = "cache.json";
    private static final int KEY_LENGTH = 24;

    private StoredCache() {}

    /**
     * Locks a cache unless a build or another process has locked it. Only the holder of the lock may change or remove
     * it.
     */
    public static Optional<PathLock> take(Store store, String key) throws CrossbuildException {
        return store.tryLock("cache-" + key);
    }

    /**
     * The directory and scope of a cache, such as {@code /root/.npm (com.example:demo)}.
     *
     * @return empty when its metadata has no scope, so that no build uses it
     */
    public static Optional<String> text(Path cache) {
        return read(cache).map(name -> name.directory() + " (" + name.scope().text() + ")");
    }

    /** The prefix of the names of a cache's disks; a number follows. */
    public static String keyPrefix(Architecture architecture, CacheName name) {
        String digest = new Sha256Digest()
                .part(name.scope().kind().text())
                .part(name.scope().name())
                .part(name.directory())
                .finish()
                .hex();
        return architecture.debianName() + "-" + digest.substring(0, KEY_LENGTH) + "-";
    }

    public static Optional<CacheName> read(Path cache) {
        try {
            JsonObject metadata = JsonObject.read(cache.resolve(METADATA_FILE));
            String kind = metadata.text("scope");
            for (CacheScope.Kind known : CacheScope.Kind.values()) {
                if (known.text().equals(kind)) {
                    CacheScope scope = new CacheScope(known, metadata.text("name"));
                    return Optional.of(new CacheName(scope, metadata.text("directory")));
                }
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    public static void write(Path cache, CacheName name) throws IOException {
        Map<String, String> metadata = new TreeMap<>(Map.of(
                "scope", name.scope().kind().text(),
                "name", name.scope().name(),
                "directory", name.directory()));
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        Files.write(cache.resolve(METADATA_FILE), json.writeValueAsBytes(metadata));
    }
}
