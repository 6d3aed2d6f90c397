// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.CrossbuildException;
import java.io.IOException;

/** A source of emulators. */
@FunctionalInterface
interface QemuSource {
    QemuBinary provide(Architecture guest) throws CrossbuildException, IOException, InterruptedException;
}
