// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The machine that QEMU makes. Disks are not part of it: they are plugged in while it runs.
 *
 * @param variant how QEMU runs its instructions
 * @param memoryBytes RAM; a multiple of 1 MiB is used, rounded up
 * @param cpus virtual processors; at least 1
 * @param kernel a kernel image that QEMU boots directly
 * @param initrd the initramfs, if any
 * @param append the kernel's command line
 * @param messagePorts names of the virtio-serial ports on which the host talks to the guest
 * @param diskSlots how many disks can be plugged in at the same time; 0 to 16
 * @param network whether there is a network card; no port of the host leads to it until one is requested
 * @param filter which frames of the card pass through this JVM
 * @param incoming whether the machine waits for a saved state before it runs
 * @param memory the file of its RAM; null if the RAM is in QEMU's own memory
 */
public record MachineSpec(
        Architecture architecture,
        AcceleratorVariant variant,
        long memoryBytes,
        int cpus,
        Path kernel,
        @Nullable Path initrd,
        String append,
        List<String> messagePorts,
        int diskSlots,
        boolean network,
        FrameFilter filter,
        boolean incoming,
        @Nullable MemoryFile memory) {
    public MachineSpec {
        messagePorts = List.copyOf(messagePorts);
        require(memoryBytes > 0, "memoryBytes");
        require(cpus > 0, "cpus");
        require(diskSlots >= 0 && diskSlots <= 16, "diskSlots");
    }

    private static void require(boolean condition, String name) {
        if (!condition) {
            throw new IllegalArgumentException(name + " is out of range");
        }
    }

    public Accelerator accelerator() {
        return variant.accelerator();
    }

    /** The same machine with a different command line for its kernel. */
    public MachineSpec withAppend(String line) {
        return with(memoryBytes, line, filter, incoming, memory);
    }

    /** The same machine with this much RAM. */
    public MachineSpec withMemoryBytes(long bytes) {
        return with(bytes, append, filter, incoming, memory);
    }

    /** The same machine with its RAM in a file. */
    public MachineSpec withMemory(MemoryFile file) {
        return with(memoryBytes, append, filter, incoming, file);
    }

    /** The same machine with a different filter of frames. */
    public MachineSpec withFilter(FrameFilter frames) {
        return with(memoryBytes, append, frames, incoming, memory);
    }

    /** The same machine, waiting for a saved state or not. */
    public MachineSpec withIncoming(boolean waits) {
        return with(memoryBytes, append, filter, waits, memory);
    }

    private MachineSpec with(long bytes, String line, FrameFilter frames, boolean waits, @Nullable MemoryFile file) {
        return new MachineSpec(
                architecture,
                variant,
                bytes,
                cpus,
                kernel,
                initrd,
                line,
                messagePorts,
                diskSlots,
                network,
                frames,
                waits,
                file);
    }
}
