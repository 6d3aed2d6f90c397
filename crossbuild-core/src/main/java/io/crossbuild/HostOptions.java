// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.spec.HttpProxy;
import io.crossbuild.store.StoreHome;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a build uses of its host. Begin with {@link #defaults}.
 *
 * @param home the store's directory
 * @param offline never open a connection to an archive
 * @param update ask the archive whether it has moved on also when it was asked within the last hour
 * @param mirror the root of a Debian mirror, an http or https address; null for the host's own or the built-in one
 * @param qemu QEMU's system emulator; null to find or provide one
 * @param proxy what leads out of the host's network, for downloads and for what runs in the guest; null for none, where
 *     downloads still heed the JVM's {@code http.proxyHost} properties
 */
public record HostOptions(
        Path home,
        boolean offline,
        boolean update,
        @Nullable URI mirror,
        @Nullable Path qemu,
        @Nullable HttpProxy proxy) {

    /**
     * The store in the user's cache directory, which is {@code ~/.cache/crossbuild} on Linux,
     * {@code ~/Library/Caches/crossbuild} on macOS and {@code %LOCALAPPDATA%\crossbuild} on Windows; everything else is
     * found on the host or downloaded.
     */
    public static HostOptions defaults() {
        return new HostOptions(StoreHome.ofHost(), false, false, null, null, null);
    }

    /** The same with another store. */
    public HostOptions withHome(Path value) {
        return new HostOptions(value, offline, update, mirror, qemu, proxy);
    }

    /** The same; true never opens a connection to an archive. */
    public HostOptions withOffline(boolean value) {
        return new HostOptions(home, value, update, mirror, qemu, proxy);
    }

    /** The same; true asks the archive whether it has moved on, whenever it was asked last. */
    public HostOptions withUpdate(boolean value) {
        return new HostOptions(home, offline, value, mirror, qemu, proxy);
    }

    /** The same with another mirror for new environments; null for the host's own or the built-in one. */
    public HostOptions withMirror(@Nullable URI value) {
        return new HostOptions(home, offline, update, value, qemu, proxy);
    }

    /** The same with a system emulator; null to find or provide one. */
    public HostOptions withQemu(@Nullable Path value) {
        return new HostOptions(home, offline, update, mirror, value, proxy);
    }

    /** The same with a proxy; null for none. */
    public HostOptions withProxy(@Nullable HttpProxy value) {
        return new HostOptions(home, offline, update, mirror, qemu, value);
    }
}
