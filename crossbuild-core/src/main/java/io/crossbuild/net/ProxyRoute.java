// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.net;

import io.crossbuild.spec.HttpProxy;
import java.io.IOException;
import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A proxy in the forms that Java's HTTP client and the guest's programs understand. */
public final class ProxyRoute {
    private final HttpProxy proxy;

    public ProxyRoute(HttpProxy proxy) {
        this.proxy = proxy;
    }

    /** Whether a host is reached through the proxy. */
    boolean serves(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return proxy.exceptions().stream().map(e -> e.toLowerCase(Locale.ROOT)).noneMatch(e -> matches(e, lower));
    }

    private static boolean matches(String exception, String name) {
        if (exception.startsWith("*")) {
            return name.endsWith(exception.substring(1));
        }
        return exception.endsWith("*")
                ? name.startsWith(exception.substring(0, exception.length() - 1))
                : name.equals(exception);
    }

    /** Selects the proxy for the hosts that it serves. */
    ProxySelector selector() {
        List<Proxy> through =
                List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.host(), proxy.port())));
        return new ProxySelector() {
            @Override
            public List<Proxy> select(URI uri) {
                return uri.getHost() == null || serves(uri.getHost()) ? through : List.of(Proxy.NO_PROXY);
            }

            @Override
            public void connectFailed(URI uri, SocketAddress address, IOException failure) {
                // The request itself fails and reports the reason.
            }
        };
    }

    /** Answers the proxy when it requires a login; empty when there is none. */
    Optional<Authenticator> authenticator() {
        String user = proxy.user();
        String password = proxy.password();
        if (user == null) {
            return Optional.empty();
        }
        PasswordAuthentication login =
                new PasswordAuthentication(user, password == null ? new char[0] : password.toCharArray());
        return Optional.of(new Authenticator() {
            @Override
            protected @Nullable PasswordAuthentication getPasswordAuthentication() {
                return getRequestorType() == RequestorType.PROXY ? login : null;
            }
        });
    }

    /**
     * The environment variables that tell programs about the proxy, as in curl(1).
     *
     * @param ownHost the name for this host, if the proxy runs on it
     */
    public Map<String, String> variables(String ownHost) {
        String user = proxy.user();
        String password = proxy.password();
        String login = user == null ? "" : encoded(user) + (password == null ? "" : ":" + encoded(password)) + "@";
        String address = "http://" + login + (isLoopback() ? ownHost : proxy.host()) + ":" + proxy.port();
        Map<String, String> variables = new TreeMap<>();
        for (String name : List.of("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY")) {
            variables.put(name, address);
        }
        // Programs agree only on a leading dot or a whole name.
        List<String> direct = proxy.exceptions().stream()
                .filter(e -> !e.endsWith("*"))
                .map(e -> e.startsWith("*") ? e.substring(1) : e)
                .filter(e -> !e.isEmpty())
                .toList();
        variables.put("no_proxy", String.join(",", direct));
        variables.put("NO_PROXY", String.join(",", direct));
        return variables;
    }

    private boolean isLoopback() {
        String host = proxy.host();
        return host.equalsIgnoreCase("localhost") || host.startsWith("127.") || host.equals("::1");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
