// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy that leads out of the host's network.
 *
 * @param host its name or address
 * @param port from 1 to 65535
 * @param user for Basic authentication; null for none
 * @param password of that user; null for none
 * @param exceptions hosts that are reached without it; a leading or trailing {@code *} matches anything, as in Java's
 *     {@code http.nonProxyHosts}
 */
public record HttpProxy(
        String host,
        int port,
        @Nullable String user,
        @Nullable String password,
        List<String> exceptions) {
    public HttpProxy {
        exceptions = List.copyOf(exceptions);
    }

    /** The same without the password, so that no log shows it. */
    @Override
    public String toString() {
        return (user == null ? "" : user + "@") + host + ":" + port;
    }
}
