// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.arch.Architecture;
import io.crossbuild.qemu.Accelerator;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A kernel and an initramfs that host environments in a virtual machine.
 *
 * @param key the digest of what it was made from, after the architecture's name
 * @param kernel as in its package
 * @param unpackedKernel the same kernel as an ELF file, if there is one
 */
public record Appliance(String key, Architecture architecture, Path kernel, Path unpackedKernel, Path initramfs) {
    static final String KERNEL_FILE = "vmlinuz";
    static final String UNPACKED_KERNEL_FILE = "vmlinux";
    static final String INITRAMFS_FILE = "initramfs.cpio";

    static Appliance in(Path directory, Architecture architecture) {
        return new Appliance(
                directory.getFileName().toString(),
                architecture,
                directory.resolve(KERNEL_FILE),
                directory.resolve(UNPACKED_KERNEL_FILE),
                directory.resolve(INITRAMFS_FILE));
    }

    /**
     * The kernel that a machine boots. Unpacking the kernel takes an emulated machine a second, and any other next to
     * nothing.
     */
    public Path kernel(Accelerator accelerator) {
        return accelerator == Accelerator.TCG && Files.exists(unpackedKernel) ? unpackedKernel : kernel;
    }
}
