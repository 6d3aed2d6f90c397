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
 * @param maxLogBytes how large build.log and serial.log may become, each; a line that prints more fails, and so does one
 *     that makes the guest's console print more
 * @param maxCacheBytes how much all caches of one build may take on the host's disk
 */
public record MachineOptions(
        long memoryBytes,
        int cpus,
        long diskSizeBytes,
        String accelerator,
        Duration bootTimeout,
        Duration stepTimeout,
        NetworkOptions network,
        long maxLogBytes,
        long maxCacheBytes) {

    /**
     * How QEMU may run the guest: with Linux's KVM, macOS's Hypervisor.framework, the Windows Hypervisor Platform, or
     * QEMU's own translator "tcg", which is ten times slower; "auto" is the host's virtualisation if it works, else
     * "tcg".
     */
    public static final List<String> ACCELERATORS = List.of("auto", "kvm", "hvf", "whpx", "tcg");

    private static final long GIB = 1L << 30;

    /**
     * 2 GiB of memory, all processors of the host, a disk of 20 GiB, one minute to boot, two hours for a step,
     * {@link NetworkMode#LAN}, 256 MiB for each log, 20 GiB for caches.
     */
    public static MachineOptions defaults() {
        return new MachineOptions(
                2 * GIB,
                Runtime.getRuntime().availableProcessors(),
                20 * GIB,
                "auto",
                Duration.ofMinutes(1),
                Duration.ofHours(2),
                NetworkOptions.DEFAULTS,
                GIB / 4,
                20 * GIB);
    }

    /** The same with this many bytes of memory. */
    public MachineOptions withMemoryBytes(long value) {
        return new MachineOptions(
                value, cpus, diskSizeBytes, accelerator, bootTimeout, stepTimeout, network, maxLogBytes, maxCacheBytes);
    }

    /** The same with this many processors, from 1 to 255. */
    public MachineOptions withCpus(int value) {
        return new MachineOptions(
                memoryBytes,
                value,
                diskSizeBytes,
                accelerator,
                bootTimeout,
                stepTimeout,
                network,
                maxLogBytes,
                maxCacheBytes);
    }

    /** The same with a disk of this many bytes. */
    public MachineOptions withDiskSizeBytes(long value) {
        return new MachineOptions(
                memoryBytes, cpus, value, accelerator, bootTimeout, stepTimeout, network, maxLogBytes, maxCacheBytes);
    }

    /** The same with one of {@link #ACCELERATORS}. */
    public MachineOptions withAccelerator(String value) {
        return new MachineOptions(
                memoryBytes, cpus, diskSizeBytes, value, bootTimeout, stepTimeout, network, maxLogBytes, maxCacheBytes);
    }

    /** The same with a different time limit for the boot. */
    public MachineOptions withBootTimeout(Duration value) {
        return new MachineOptions(
                memoryBytes, cpus, diskSizeBytes, accelerator, value, stepTimeout, network, maxLogBytes, maxCacheBytes);
    }

    /** The same with a different time limit for each step. */
    public MachineOptions withStepTimeout(Duration value) {
        return new MachineOptions(
                memoryBytes, cpus, diskSizeBytes, accelerator, bootTimeout, value, network, maxLogBytes, maxCacheBytes);
    }

    /** The same with a different network. */
    public MachineOptions withNetwork(NetworkOptions value) {
        return new MachineOptions(
                memoryBytes,
                cpus,
                diskSizeBytes,
                accelerator,
                bootTimeout,
                stepTimeout,
                value,
                maxLogBytes,
                maxCacheBytes);
    }

    /** The same with a different limit for each log, in bytes from 1. */
    public MachineOptions withMaxLogBytes(long value) {
        return new MachineOptions(
                memoryBytes, cpus, diskSizeBytes, accelerator, bootTimeout, stepTimeout, network, value, maxCacheBytes);
    }

    /** The same with a different limit for all caches of a build, in bytes from 1. */
    public MachineOptions withMaxCacheBytes(long value) {
        return new MachineOptions(
                memoryBytes, cpus, diskSizeBytes, accelerator, bootTimeout, stepTimeout, network, maxLogBytes, value);
    }
}
