// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.closure;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a hint is about; users select hints by group. */
public enum HintGroup {
    /** Names of hosts, services and users: nsswitch.conf(5) and the modules that it names. */
    DNS,
    /** Certificates and configuration of TLS libraries. */
    TLS,
    /** Locale data of the C library. */
    LOCALE,
    /** Time zone data. */
    TZ,
    /** Modules that convert character sets, iconv(3). */
    GCONV,
    /** Descriptions of terminals, terminfo(5). */
    TERMINFO,
    /** Libraries that are opened by name, dlopen(3). */
    DLOPEN,
    /** What traced steps of a build read; instead of rules about what programs open, and of whole directories. */
    TRACED;

    /** The name in configuration, such as "dns". */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The group of a name in configuration, in any case. */
    public static Optional<HintGroup> of(String text) {
        return Arrays.stream(values())
                .filter(g -> g.text().equals(text.strip().toLowerCase(Locale.ROOT)))
                .findFirst();
    }
}
