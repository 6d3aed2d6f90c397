// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy for connections from the host's network to the internet. Start with {@link #of}.
 *
 * @param host its name or address
 * @param port from 1 to 65535
 * @param user for Basic authentication; null for none
 * @param password the user's password; null for none
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

    /** A proxy without authentication that is used for all hosts. */
    public static HttpProxy of(String host, int port) {
        return new HttpProxy(host, port, null, null, List.of());
    }

    /** The same with Basic authentication. */
    public HttpProxy withCredentials(String name, String secret) {
        return new HttpProxy(host, port, name, secret, exceptions);
    }

    /** The same, except for these hosts, which are reached without it; see {@link #exceptions()}. */
    public HttpProxy withExceptions(String... value) {
        return new HttpProxy(host, port, user, password, List.of(value));
    }

    /** Without the password, so that it appears in no log. */
    @Override
    public String toString() {
        return (user == null ? "" : user + "@") + host + ":" + port;
    }
}
