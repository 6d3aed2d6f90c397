// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Values that several tests need. */
final class Machines {
    private Machines() {}

    static QemuBinary qemu(Architecture architecture, int major) {
        return new QemuBinary(
                architecture,
                Path.of("/q/qemu"),
                List.of("/q/qemu"),
                Map.of(),
                major + ".0.1",
                major,
                true,
                major + ".0.1(build)");
    }

    static MachineSpec spec(Architecture architecture, Accelerator accelerator) {
        return new MachineSpec(
                architecture,
                AcceleratorVariant.first(accelerator, architecture, 11),
                2L << 30,
                2,
                Path.of("/k/vmlinuz"),
                Path.of("/k/initrd"),
                "console=ttyS0 quiet",
                List.of("crossbuild"),
                2,
                true,
                FrameFilter.NONE,
                false,
                null);
    }
}
