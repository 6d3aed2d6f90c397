// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What tests need on their machine. If all tests are requested, a missing program is a failure on Linux, not a reason
 * to skip. Other systems do not have the programs to compare with.
 */
public final class Needs {
    private Needs() {}

    /** Whether tests that need the network, virtual machines and other programs are requested. */
    public static boolean areAskedFor() {
        return Boolean.getBoolean("crossbuild.it.vm");
    }

    public static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    /** @param otherwise the message if it is missing: what is not compared */
    public static void that(boolean there, String otherwise) {
        if (areAskedFor() && isLinux()) {
            assertThat(there).as(otherwise + ", but all tests are asked for").isTrue();
        } else {
            assumeTrue(there, otherwise);
        }
    }
}
