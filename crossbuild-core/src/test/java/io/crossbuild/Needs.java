// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What tests need of their machine. Where all tests are asked for, nothing may be missing on Linux: then it is a failure,
 * no skip. Other systems have no programs to compare with.
 */
public final class Needs {
    private Needs() {}

    /** Whether the tests that need the network, virtual machines and other programs are asked for. */
    public static boolean areAskedFor() {
        return Boolean.getBoolean("crossbuild.it.vm");
    }

    public static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    /** @param otherwise what is to be said when it is not there, and so what is not compared */
    public static void that(boolean there, String otherwise) {
        if (areAskedFor() && isLinux()) {
            assertThat(there).as(otherwise + ", but all tests are asked for").isTrue();
        } else {
            assumeTrue(there, otherwise);
        }
    }
}
