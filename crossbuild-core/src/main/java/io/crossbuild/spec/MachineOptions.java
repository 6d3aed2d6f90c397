// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.time.Duration;

/**
 * The shape of a virtual machine and its deadlines.
 *
 * @param memoryBytes RAM of the guest
 * @param cpus virtual processors; at least 1
 * @param diskSizeBytes the size of the root disk as the guest sees it; the image file is sparse
 * @param accelerator "auto", "kvm", "hvf", "whpx" or "tcg"
 * @param bootTimeout from the start of QEMU to the first command
 * @param stepTimeout for one step of a build
 */
public record MachineOptions(
        long memoryBytes,
        int cpus,
        long diskSizeBytes,
        String accelerator,
        Duration bootTimeout,
        Duration stepTimeout) {

    private static final long GIB = 1L << 30;

    /** 2 GiB of memory, every processor of the host, a disk of 20 GiB, one minute to boot, two hours for a step. */
    public static MachineOptions defaults() {
        return new MachineOptions(
                2 * GIB,
                Runtime.getRuntime().availableProcessors(),
                20 * GIB,
                "auto",
                Duration.ofMinutes(1),
                Duration.ofHours(2));
    }
}
