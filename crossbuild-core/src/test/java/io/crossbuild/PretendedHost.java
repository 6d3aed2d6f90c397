// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import io.crossbuild.io.HostOs;
import java.util.Locale;

/** Lets this JVM do everything as on a host of another kind, until it is closed. */
public final class PretendedHost implements AutoCloseable {
    private final String before;

    private PretendedHost(String before) {
        this.before = before;
    }

    public static PretendedHost of(HostOs os) {
        String before = System.getProperty(HostOs.PRETENDED, "");
        System.setProperty(HostOs.PRETENDED, os.name().toLowerCase(Locale.ROOT));
        return new PretendedHost(before);
    }

    @Override
    public void close() {
        System.setProperty(HostOs.PRETENDED, before);
    }
}
