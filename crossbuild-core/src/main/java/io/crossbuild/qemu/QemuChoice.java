// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

/**
 * The emulator and accelerator with which machines are started.
 *
 * @param tentative whether emulation may take the accelerator's place if a machine does not boot: the user has not
 *     asked for this one
 */
public record QemuChoice(QemuBinary qemu, AcceleratorVariant variant, boolean tentative) {
    public Accelerator accelerator() {
        return variant.accelerator();
    }
}
