// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP proxy that leads out of the host's network. Begin with {@link #of}.
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

    /** A proxy that asks for no password and leads everywhere. */
    public static HttpProxy of(String host, int port) {
        return new HttpProxy(host, port, null, null, List.of());
    }

    /** The same with Basic authentication. */
    public HttpProxy withCredentials(String name, String secret) {
        return new HttpProxy(host, port, name, secret, exceptions);
    }

    /** The same with these hosts reached without it, see {@link #exceptions()}. */
    public HttpProxy withExceptions(String... value) {
        return new HttpProxy(host, port, user, password, List.of(value));
    }

    /** The same without the password, so that no log shows it. */
    @Override
    public String toString() {
        return (user == null ? "" : user + "@") + host + ":" + port;
    }
}
