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
    /** QEMU's own translator: works everywhere, for every architecture, ten times slower. */
    TCG;

    /** The name as QEMU and users write it. */
    public String qemuName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The accelerator of that name, in any case. */
    public static Optional<Accelerator> of(String name) {
        for (Accelerator a : values()) {
            if (a.qemuName().equals(name.toLowerCase(Locale.ROOT))) {
                return Optional.of(a);
            }
        }
        return Optional.empty();
    }
}
