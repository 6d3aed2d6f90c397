// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import io.crossbuild.arch.Architecture;
import java.nio.file.Path;

/** A part of the work that takes some time. */
public sealed interface Phase {

    /**
     * Installs an environment; may contain {@link ProvideQemu}, {@link MakeAppliance} and {@link StartMachine}.
     *
     * @param suite such as "trixie"
     * @param architecture of the environment
     */
    record InstallEnvironment(String suite, Architecture architecture) implements Phase {}

    /**
     * Makes a file system from packages. Part of {@link InstallEnvironment}.
     *
     * @param count the number of packages
     */
    record UnpackPackages(int count) implements Phase {}

    /**
     * Lets dpkg configure the unpacked packages. Part of {@link InstallEnvironment}.
     *
     * @param count the number of packages
     */
    record ConfigurePackages(int count) implements Phase {}

    /**
     * Makes the kernel and the RAM disk of a guest.
     *
     * @param guest its architecture
     */
    record MakeAppliance(Architecture guest) implements Phase {}

    /**
     * Downloads QEMU to the store.
     *
     * @param guest the architecture of the guests that it runs
     */
    record ProvideQemu(Architecture guest) implements Phase {}

    /**
     * Starts a virtual machine, until its guest is ready.
     *
     * @param qemuVersion such as "10.0.2"
     * @param accelerator QEMU's name for it, such as "kvm"
     */
    record StartMachine(String qemuVersion, String accelerator) implements Phase {}

    /** Runs apt-get update before the steps, since the archive has changed since the package lists were made. */
    record RefreshPackageLists() implements Phase {}

    /**
     * Runs a program in a target root; contains {@link StartMachine}.
     *
     * @param command the program and its arguments
     */
    record RunProgram(String command) implements Phase {}

    /**
     * Extracts into a target root.
     *
     * @param targetRoot absolute
     */
    record Extract(Path targetRoot) implements Phase {}
}
