// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.spec;

import java.time.Duration;
import java.util.List;

/**
 * The shape of a virtual machine and its deadlines. Start with {@link #defaults}.
 *
 * @param memoryBytes RAM of the guest; Debian needs at least 256 MiB
 * @param cpus virtual processors, from 1 to 255
 * @param diskSizeBytes the size of the root disk as the guest sees it, at least 2 GiB; the image file is sparse
 * @param accelerator one of {@link #ACCELERATORS}
 * @param bootTimeout from the start of QEMU to the first command
 * @param stepTimeout for one step of a build
 * @param network what programs in the guest may reach
 */
public record MachineOptions(
        long memoryBytes,
        int cpus,
        long diskSizeBytes,
        String accelerator,
        Duration bootTimeout,
        Duration stepTimeout,
        NetworkOptions network) {

    /**
     * How QEMU may run the guest: with Linux's KVM, macOS's Hypervisor.framework, the Windows Hypervisor Platform, or
     * QEMU's own translator "tcg", which is ten times slower; "auto" is the host's virtualisation if it works, else
     * "tcg".
     */
    public static final List<String> ACCELERATORS = List.of("auto", "kvm", "hvf", "whpx", "tcg");

    private static final long GIB = 1L << 30;

    /**
     * 2 GiB of memory, all processors of the host, a disk of 20 GiB, one minute to boot, two hours for a step, and
     * {@link NetworkMode#LAN}.
     */
    public static MachineOptions defaults() {
        return new MachineOptions(
                2 * GIB,
                Runtime.getRuntime().availableProcessors(),
                20 * GIB,
                "auto",
                Duration.ofMinutes(1),
                Duration.ofHours(2),
                NetworkOptions.DEFAULTS);
    }

    /** The same with this many bytes of memory. */
    public MachineOptions withMemoryBytes(long value) {
        return new MachineOptions(value, cpus, diskSizeBytes, accelerator, bootTimeout, stepTimeout, network);
    }

    /** The same with this many processors, from 1 to 255. */
    public MachineOptions withCpus(int value) {
        return new MachineOptions(memoryBytes, value, diskSizeBytes, accelerator, bootTimeout, stepTimeout, network);
    }

    /** The same with a disk of this many bytes. */
    public MachineOptions withDiskSizeBytes(long value) {
        return new MachineOptions(memoryBytes, cpus, value, accelerator, bootTimeout, stepTimeout, network);
    }

    /** The same with one of {@link #ACCELERATORS}. */
    public MachineOptions withAccelerator(String value) {
        return new MachineOptions(memoryBytes, cpus, diskSizeBytes, value, bootTimeout, stepTimeout, network);
    }

    /** The same with a different time limit for the boot. */
    public MachineOptions withBootTimeout(Duration value) {
        return new MachineOptions(memoryBytes, cpus, diskSizeBytes, accelerator, value, stepTimeout, network);
    }

    /** The same with a different time limit for each step. */
    public MachineOptions withStepTimeout(Duration value) {
        return new MachineOptions(memoryBytes, cpus, diskSizeBytes, accelerator, bootTimeout, value, network);
    }

    /** The same with a different network. */
    public MachineOptions withNetwork(NetworkOptions value) {
        return new MachineOptions(memoryBytes, cpus, diskSizeBytes, accelerator, bootTimeout, stepTimeout, value);
    }
}
