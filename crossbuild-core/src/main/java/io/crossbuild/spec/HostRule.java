// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hosts that a guest may reach, and on which ports.
 *
 * @param host a name, in lower case; a name that begins with "*." for all names that end in the rest; an IPv4 address;
 *     or an {@linkplain AddressRange range}. "localhost" and 127.0.0.1 mean this host
 * @param firstPort from 1
 * @param lastPort up to 65535, at least the first
 */
public record HostRule(String host, int firstPort, int lastPort) {
    /** What {@link #parse} accepts, for messages. */
    public static final String EXPECTED =
            "a name, *.NAME, an IPv4 address or a range such as 10.1.0.0/16, with :PORT or :PORT-PORT if not all ports";

    private static final int MAX_PORT = 65535;
    private static final int MAX_NAME = 253;
    private static final Pattern PARTS = Pattern.compile("([^:]+)(?::([0-9]{1,5})(?:-([0-9]{1,5}))?)?");
    private static final Pattern NAME = Pattern.compile(
            "(?:\\*\\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\\.)*" + "[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?");
    private static final AddressRange LOOPBACK = AddressRange.of("127.0.0.0/8");

    /** The rule that a text such as "registry.example.com:443" means; empty if it is none. */
    public static Optional<HostRule> parse(String text) {
        Matcher parts = PARTS.matcher(text.toLowerCase(Locale.ROOT));
        if (!parts.matches()) {
            return Optional.empty();
        }
        String host = parts.group(1);
        boolean name = NAME.matcher(host).matches() && host.length() <= MAX_NAME;
        if (!name && AddressRange.parse(host).isEmpty()) {
            return Optional.empty();
        }
        String from = parts.group(2);
        String to = parts.group(3);
        int first = from == null ? 1 : Integer.parseInt(from);
        int last = from == null ? MAX_PORT : to == null ? first : Integer.parseInt(to);
        return first >= 1 && first <= last && last <= MAX_PORT
                ? Optional.of(new HostRule(host, first, last))
                : Optional.empty();
    }

    /** The rule for a single port of a host: its name or its IPv4 address; empty if it is neither. */
    public static Optional<HostRule> of(String host, int port) {
        return parse(host + ":" + port);
    }

    /** Whether it means the host on which the guest's machine runs, by its loopback interface. */
    public boolean isLoopback() {
        return host.equals("localhost")
                || addresses().filter(range -> LOOPBACK.contains(range.first())).isPresent();
    }

    /** The addresses; empty if it is a name. */
    public Optional<AddressRange> addresses() {
        return AddressRange.parse(host);
    }

    /** Whether it is for a name of a host. */
    public boolean matchesName(String name) {
        return host.startsWith("*.") ? name.endsWith(host.substring(1)) : name.equals(host);
    }

    /** Whether it is for a port. */
    public boolean matchesPort(int port) {
        return port >= firstPort && port <= lastPort;
    }

    /** As {@link #parse} reads it. */
    public String text() {
        if (firstPort == 1 && lastPort == MAX_PORT) {
            return host;
        }
        return host + ":" + firstPort + (firstPort == lastPort ? "" : "-" + lastPort);
    }

    @Override
    public String toString() {
        return text();
    }
}
