// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import java.util.List;

/**
 * A way to ask QEMU for an accelerator. Where no single one works on all hosts, they are tried in order.
 *
 * @param option the value of {@code -accel}
 * @param cpu the value of {@code -cpu}
 */
public record AcceleratorVariant(Accelerator accelerator, String option, String cpu) {
    /** The first version whose emulator for ARM has WHPX (target/arm/whpx in QEMU's sources). */
    static final int WHPX_ON_ARM = 11;

    private static final String HOST = "host";
    /** A model of the same level, x86-64-v2, for machines that cannot have the host's. */
    private static final String NAMED = "Nehalem";

    /**
     * All ways, the preferred one first.
     *
     * @param major the first number of QEMU's version
     * @return empty if this QEMU lacks the accelerator
     */
    public static List<AcceleratorVariant> of(Accelerator accelerator, Architecture architecture, int major) {
        return switch (accelerator) {
            // Under TCG a model without wide vectors: they are slow to emulate, and libraries use them if they exist.
            case TCG ->
                List.of(new AcceleratorVariant(
                        accelerator,
                        "tcg,thread=multi,tb-size=256",
                        architecture == Architecture.AMD64 ? NAMED : "cortex-a76"));
            case KVM, HVF -> List.of(new AcceleratorVariant(accelerator, accelerator.qemuName(), HOST));
            case WHPX -> architecture == Architecture.AMD64 ? whpxOnAmd64(major) : whpxOnArm64(major);
        };
    }

    /**
     * The first of {@link #of}.
     *
     * @throws IllegalArgumentException if this QEMU lacks the accelerator
     */
    public static AcceleratorVariant first(Accelerator accelerator, Architecture architecture, int major) {
        return of(accelerator, architecture, major).stream()
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "QEMU " + major + " has no " + accelerator + " for " + architecture));
    }

    /**
     * Up to QEMU 10 there is no model "host" (x86_cpu_realizefn: "requires KVM or HVF"), "max" ends with "Unexpected VP
     * exit code 4" on processors of AMD (QEMU's issue 1043), and the hypervisor's interrupt controller loses MSIs
     * (issue 346). QEMU's own hangs with several processors in 10.0.6 and 10.1.2 (issue 3178), so the other is tried
     * next. In QEMU 11 "max" hangs in the firmware and "host" works (cubic-vm/cubic#510).
     */
    private static List<AcceleratorVariant> whpxOnAmd64(int major) {
        AcceleratorVariant hypervisors = whpx("whpx", major < WHPX_ON_ARM ? NAMED : HOST);
        AcceleratorVariant emulators = whpx("whpx,kernel-irqchip=off", hypervisors.cpu());
        return major < WHPX_ON_ARM ? List.of(emulators, hypervisors) : List.of(hypervisors, emulators);
    }

    /**
     * Never without the hypervisor's interrupt controller: "on Arm, only kernel-irqchip=on is currently supported"
     * (whpx_accel_init in target/arm/whpx/whpx-all.c).
     */
    private static List<AcceleratorVariant> whpxOnArm64(int major) {
        return major < WHPX_ON_ARM ? List.of() : List.of(whpx("whpx", HOST));
    }

    private static AcceleratorVariant whpx(String option, String cpu) {
        return new AcceleratorVariant(Accelerator.WHPX, option, cpu);
    }

    /** The same in one line of a file. */
    String text() {
        return option + " " + cpu;
    }
}
