// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.script;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.io.PathLock;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The disk of a cache in a store: one guest directory of one architecture. */
public final class StoredCache {
    static final String DISK_FILE = "disk.qcow2";
    private static final String DIRECTORY_FILE = "directory";

    private StoredCache() {}

    /** Takes a cache unless a build, or somebody else, has it. Only who has taken it may change or remove it. */
    public static Optional<PathLock> take(Store store, String key) throws CrossbuildException {
        return store.tryLock("cache-" + key);
    }

    /** The guest directory that it is for; its key where that cannot be read. */
    public static String directory(Path cache) {
        try {
            return Files.readString(cache.resolve(DIRECTORY_FILE)).strip();
        } catch (IOException e) {
            return cache.getFileName().toString();
        }
    }

    static void writeDirectory(Path cache, String directory) throws IOException {
        Files.writeString(cache.resolve(DIRECTORY_FILE), directory + "\n");
    }
}
