// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.spec.HttpProxy;
import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a build uses of its host.
 *
 * @param home the store's directory
 * @param offline never open a connection to an archive
 * @param update ask the archive whether it has moved on also when it was asked within the last hour
 * @param mirror the root of a Debian mirror; null for the host's own or the built-in one
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
        @Nullable HttpProxy proxy) {}
