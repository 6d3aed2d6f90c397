// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.spec.EnvironmentSpec;
import io.crossbuild.spec.HttpProxy;
import io.crossbuild.store.StoreHome;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a build uses on its host. Start with {@link #defaults}.
 *
 * @param home the store's directory
 * @param offline never open a connection to an archive
 * @param update check the archive for a new release even if it was checked within the last hour
 * @param mirror the root of a Debian mirror, an http or https address; null for the host's own or the built-in ones
 * @param archiveMirror the same for {@link EnvironmentSpec#ARCHIVED_SUITES}, which ordinary mirrors do not have; null
 *     for none
 * @param securityUpdates whether packages also come from the suites with updates, {@code SUITE-updates} and
 *     {@code SUITE-security}
 * @param securityMirror the root of a mirror of Debian's security archive; null for the one in the host's APT sources,
 *     or beside the mirror
 * @param maxIndexAge an index of an archive that is older deserves a warning
 * @param qemu QEMU's system emulator; null to find or provide one
 * @param proxy the proxy for downloads and for programs in the guest; null for none, in which case downloads still
 *     honour the JVM's {@code http.proxyHost} properties
 */
public record HostOptions(
        Path home,
        boolean offline,
        boolean update,
        @Nullable URI mirror,
        @Nullable URI archiveMirror,
        boolean securityUpdates,
        @Nullable URI securityMirror,
        Duration maxIndexAge,
        @Nullable Path qemu,
        @Nullable HttpProxy proxy) {

    /** An index of a release that still gets updates is made again every few months. */
    private static final Duration INDEX_AGE = Duration.ofDays(180);

    /**
     * The store in the user's cache directory, which is {@code ~/.cache/crossbuild} on Linux,
     * {@code ~/Library/Caches/crossbuild} on macOS and {@code %LOCALAPPDATA%\crossbuild} on Windows. Everything else is
     * found on the host or downloaded.
     */
    public static HostOptions defaults() {
        return new HostOptions(StoreHome.ofHost(), false, false, null, null, true, null, INDEX_AGE, null, null);
    }

    /** The same with a different store. */
    public HostOptions withHome(Path value) {
        return new HostOptions(
                value,
                offline,
                update,
                mirror,
                archiveMirror,
                securityUpdates,
                securityMirror,
                maxIndexAge,
                qemu,
                proxy);
    }

    /** The same; if true, no connection to an archive is ever opened. */
    public HostOptions withOffline(boolean value) {
        return new HostOptions(
                home, value, update, mirror, archiveMirror, securityUpdates, securityMirror, maxIndexAge, qemu, proxy);
    }

    /** The same; if true, the archive is checked for a new release no matter when it was last checked. */
    public HostOptions withUpdate(boolean value) {
        return new HostOptions(
                home, offline, value, mirror, archiveMirror, securityUpdates, securityMirror, maxIndexAge, qemu, proxy);
    }

    /** The same with a different mirror for new environments; null for the host's own or the built-in ones. */
    public HostOptions withMirror(@Nullable URI value) {
        return new HostOptions(
                home, offline, update, value, archiveMirror, securityUpdates, securityMirror, maxIndexAge, qemu, proxy);
    }

    /** The same with a mirror for new environments of archived releases; null for none. */
    public HostOptions withArchiveMirror(@Nullable URI value) {
        return new HostOptions(
                home, offline, update, mirror, value, securityUpdates, securityMirror, maxIndexAge, qemu, proxy);
    }

    /** The same; if false, packages come from the suite alone, without later updates. */
    public HostOptions withSecurityUpdates(boolean value) {
        return new HostOptions(
                home, offline, update, mirror, archiveMirror, value, securityMirror, maxIndexAge, qemu, proxy);
    }

    /** The same with a mirror of the security archive; null for the host's own, or the one beside the mirror. */
    public HostOptions withSecurityMirror(@Nullable URI value) {
        return new HostOptions(
                home, offline, update, mirror, archiveMirror, securityUpdates, value, maxIndexAge, qemu, proxy);
    }

    /** The same with a different age from which an index deserves a warning. */
    public HostOptions withMaxIndexAge(Duration value) {
        return new HostOptions(
                home, offline, update, mirror, archiveMirror, securityUpdates, securityMirror, value, qemu, proxy);
    }

    /** The same with a system emulator; null to find or provide one. */
    public HostOptions withQemu(@Nullable Path value) {
        return new HostOptions(
                home,
                offline,
                update,
                mirror,
                archiveMirror,
                securityUpdates,
                securityMirror,
                maxIndexAge,
                value,
                proxy);
    }

    /** The same with a proxy; null for none. */
    public HostOptions withProxy(@Nullable HttpProxy value) {
        return new HostOptions(
                home,
                offline,
                update,
                mirror,
                archiveMirror,
                securityUpdates,
                securityMirror,
                maxIndexAge,
                qemu,
                value);
    }
}
