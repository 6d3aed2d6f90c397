// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.CrossbuildException;
import java.io.IOException;
import java.util.Optional;

/** Tries out whether a guest really runs under an accelerator. */
@FunctionalInterface
public interface GuestTrial {
    /** Why it does not, in one line; empty if it does. */
    Optional<String> problem(QemuBinary qemu, AcceleratorVariant variant)
            throws IOException, CrossbuildException, InterruptedException;
}
