// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import java.util.Locale;
import java.util.Optional;

/** How QEMU runs the guest's instructions. */
public enum Accelerator {
    /** The Linux kernel's virtualisation. */
    KVM,
    /** macOS's Hypervisor.framework. */
    HVF,
    /** The Windows Hypervisor Platform. */
    WHPX,
    /** QEMU's own translator: works everywhere and for every architecture, but ten times slower. */
    TCG;

    /** The name used by QEMU and in configuration. */
    public String qemuName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The accelerator with a name in upper or lower case. */
    public static Optional<Accelerator> of(String name) {
        for (Accelerator a : values()) {
            if (a.qemuName().equals(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(a);
            }
        }
        return Optional.empty();
    }
}
