// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.arch.Architecture;
import java.nio.file.Path;

/**
 * A kernel and an initramfs that host environments in a virtual machine.
 *
 * @param key the digest of what it was made from, after the architecture's name
 */
public record Appliance(String key, Architecture architecture, Path kernel, Path initramfs) {
    static final String KERNEL_FILE = "vmlinuz";
    static final String INITRAMFS_FILE = "initramfs.cpio";

    static Appliance in(Path directory, Architecture architecture) {
        return new Appliance(
                directory.getFileName().toString(),
                architecture,
                directory.resolve(KERNEL_FILE),
                directory.resolve(INITRAMFS_FILE));
    }
}
