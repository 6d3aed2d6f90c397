// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.maven;

import io.crossbuild.event.Phase;

/** The words for the phases of a build. */
final class PhaseWords {
    static final WordTable<Phase> NAMES = new WordTable<Phase>()
            .with(Phase.InstallEnvironment.class, p -> "Installing environment")
            .with(Phase.UnpackPackages.class, p -> "Unpacking")
            .with(Phase.ConfigurePackages.class, p -> "Configuring")
            .with(Phase.MakeAppliance.class, p -> "Making appliance")
            .with(Phase.ProvideQemu.class, p -> "Providing QEMU")
            .with(Phase.StartMachine.class, p -> "Booting virtual machine")
            .with(Phase.RefreshPackageLists.class, p -> "Refreshing the package lists")
            .with(Phase.RunProgram.class, p -> "Running in the target root")
            .with(Phase.Extract.class, p -> "Extracting");

    /** What follows the name when the phase starts. */
    static final WordTable<Phase> DETAILS = new WordTable<Phase>()
            .with(
                    Phase.InstallEnvironment.class,
                    p -> " " + p.suite() + "/" + p.architecture().debianName())
            .with(Phase.UnpackPackages.class, p -> " " + MavenWords.count(p.count(), "package"))
            .with(Phase.ConfigurePackages.class, p -> " " + MavenWords.count(p.count(), "package"))
            .with(Phase.MakeAppliance.class, p -> " " + p.guest().debianName())
            .with(Phase.ProvideQemu.class, p -> " for " + p.guest().debianName() + " guests")
            .with(Phase.StartMachine.class, p -> " QEMU " + p.qemuVersion() + ", " + p.accelerator())
            .with(Phase.RefreshPackageLists.class, p -> ": the archive has a new release")
            .with(Phase.RunProgram.class, p -> ": " + EventWords.firstLine(p.command()))
            .with(Phase.Extract.class, p -> " " + p.targetRoot());

    private PhaseWords() {}
}
