// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.store;

import io.crossbuild.io.HostOs;
import java.nio.file.Path;
import java.util.Map;

/** The default place of the store. */
public final class StoreHome {
    private static final String NAME = "crossbuild";

    private StoreHome() {}

    /** The place for the user that runs this JVM. */
    public static Path ofHost() {
        return ofHost(System.getenv(), HostOs.current(), Path.of(System.getProperty("user.home")));
    }

    /**
     * The place for a user: {@code %LOCALAPPDATA%} on Windows, {@code ~/Library/Caches} on macOS, otherwise the cache
     * directory of the XDG Base Directory Specification; a relative path counts as not set.
     */
    public static Path ofHost(Map<String, String> environment, HostOs os, Path userHome) {
        if (os == HostOs.WINDOWS) {
            String local = environment.getOrDefault("LOCALAPPDATA", "");
            Path base = local.isBlank() ? userHome.resolve("AppData").resolve("Local") : Path.of(local);
            return base.resolve(NAME);
        }
        if (os == HostOs.MACOS) {
            return userHome.resolve("Library").resolve("Caches").resolve(NAME);
        }
        String cache = environment.getOrDefault("XDG_CACHE_HOME", "");
        return (cache.startsWith("/") ? Path.of(cache) : userHome.resolve(".cache")).resolve(NAME);
    }
}
