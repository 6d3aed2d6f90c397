// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.spec.HttpProxy;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.maven.settings.Proxy;

/** The proxy in Maven's settings as a value of the core. */
final class SettingsProxy {
    private static final Pattern BETWEEN = Pattern.compile("[|,\\s]+");

    private SettingsProxy() {}

    static HttpProxy of(Proxy proxy) {
        String exceptions = proxy.getNonProxyHosts();
        return new HttpProxy(
                proxy.getHost(),
                proxy.getPort(),
                proxy.getUsername(),
                proxy.getPassword(),
                exceptions == null
                        ? List.of()
                        : BETWEEN.splitAsStream(exceptions)
                                .filter(name -> !name.isEmpty())
                                .toList());
    }
}
