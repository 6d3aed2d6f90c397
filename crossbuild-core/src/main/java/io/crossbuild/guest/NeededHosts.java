// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.HttpProxy;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Servers that guests need, as rules for their network. */
final class NeededHosts {
    private NeededHosts() {}

    static Optional<HostRule> of(@Nullable HttpProxy proxy) {
        return proxy == null ? Optional.empty() : of(proxy.host(), proxy.port());
    }

    static Optional<HostRule> of(URI address) {
        if (address.getHost() == null) {
            return Optional.empty();
        }
        int usual = "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
        return of(address.getHost(), address.getPort() < 0 ? usual : address.getPort());
    }

    /** Guests reach the host's IPv6 loopback address by the gateway, too, and no other IPv6 address. */
    private static Optional<HostRule> of(String host, int port) {
        boolean loopback = host.equals("::1") || host.equals("[::1]");
        return HostRule.of(loopback ? "localhost" : host, port);
    }
}
