// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What programs in a guest may reach. Except with {@link #NONE}, this includes the mirror and the proxy. */
public enum NetworkMode {
    /** Nothing. */
    NONE,
    /** The internet, but no private addresses (RFC 1918, RFC 6598) in addition to what {@link #LAN} excludes. */
    INTERNET,
    /**
     * What the host can reach, but no address of the host itself, neither its loopback interface nor any other, and no
     * link-local or metadata addresses.
     */
    LAN,
    /** What the host can reach, itself included: nothing is filtered. */
    FULL;

    /** The mode with such a name, in lower or upper case; empty if there is none. */
    public static Optional<NetworkMode> parse(String text) {
        return Arrays.stream(values())
                .filter(mode -> mode.name().equalsIgnoreCase(text))
                .findFirst();
    }

    /** Such as "lan". */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
