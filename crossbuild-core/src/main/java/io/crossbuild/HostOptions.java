// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a build uses of its host.
 *
 * @param home the store's directory
 * @param offline never open a connection to an archive
 * @param mirror the root of a Debian mirror; null for the host's own or the built-in one
 * @param qemu QEMU's system emulator; null to find or provide one
 */
public record HostOptions(
        Path home,
        boolean offline,
        @Nullable URI mirror,
        @Nullable Path qemu) {}
