// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;

/** Tries out whether a guest really runs under an accelerator. */
@FunctionalInterface
interface GuestTrial {
    /** Whether the guest's kernel printed something. */
    boolean runs(QemuBinary qemu, Accelerator accelerator)
            throws IOException, CrossbuildException, InterruptedException;
}
