// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import java.util.Locale;

/** The kinds of operating systems that a host may have. */
public enum HostOs {
    LINUX,
    MACOS,
    WINDOWS,
    OTHER;

    /** That of this host. */
    public static HostOs current() {
        return of(System.getProperty("os.name", ""));
    }

    /** @param name as the system property {@code os.name} */
    public static HostOs of(String name) {
        String os = name.toLowerCase(Locale.ROOT);
        if (os.startsWith("linux")) {
            return LINUX;
        }
        if (os.startsWith("mac") || os.startsWith("darwin")) {
            return MACOS;
        }
        return os.startsWith("windows") ? WINDOWS : OTHER;
    }
}
