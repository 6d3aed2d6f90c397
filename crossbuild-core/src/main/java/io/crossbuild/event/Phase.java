// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.event;

import io.crossbuild.arch.Architecture;
import java.nio.file.Path;

/** A part of the work that takes its time. */
public sealed interface Phase {

    /** Makes an environment: {@link ProvideQemu}, {@link MakeAppliance} and {@link StartMachine} may be in it. */
    record InstallEnvironment(String suite, Architecture architecture) implements Phase {}

    /** Makes a file system from packages. In {@link InstallEnvironment}. */
    record UnpackPackages(int count) implements Phase {}

    /** Lets dpkg configure what was unpacked. In {@link InstallEnvironment}. */
    record ConfigurePackages(int count) implements Phase {}

    /** Makes the kernel and the RAM disk of a guest. */
    record MakeAppliance(Architecture guest) implements Phase {}

    /** Brings QEMU into the store. */
    record ProvideQemu(Architecture guest) implements Phase {}

    /**
     * Starts a virtual machine, until its guest is ready.
     *
     * @param qemuVersion such as "10.0.2"
     * @param accelerator QEMU's name for it, such as "kvm"
     */
    record StartMachine(String qemuVersion, String accelerator) implements Phase {}

    /** Runs apt-get update before the steps, as the archive is no longer what it was when the package lists were made. */
    record RefreshPackageLists() implements Phase {}

    /** Extracts to a target root. */
    record Extract(Path targetRoot) implements Phase {}
}
