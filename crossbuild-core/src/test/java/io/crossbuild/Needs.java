// SPDX-License-Identifier: Apache-2.0
package io.crossbuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What tests need from their machine. If all tests are requested, nothing may be missing on Linux: the test fails
 * instead of being skipped. Other systems have no programs to compare with.
 */
public final class Needs {
    private Needs() {}

    /** Whether the tests that need the network, virtual machines and other programs are requested. */
    public static boolean areRequested() {
        return Boolean.getBoolean("crossbuild.it.vm");
    }

    public static boolean isLinux() {
        return System.getProperty("os.name").equals("Linux");
    }

    /** @param otherwise the message if it is missing, which says what is not compared */
    public static void that(boolean there, String otherwise) {
        if (areRequested() && isLinux()) {
            assertThat(there).as(otherwise + ", but all tests are requested").isTrue();
        } else {
            assumeTrue(there, otherwise);
        }
    }
}
