// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.appliance;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.QemuChoice;
import io.crossbuild.qemu.QemuProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Boots appliances, with the QEMU and the accelerator that suit this host. */
public final class Guests {
    private final Appliances appliances;
    private final QemuProvider provider;
    private final @Nullable Path qemu;
    private final BuildListener listener;

    /** @param qemu the emulator that the user names, if any */
    public Guests(Appliances appliances, QemuProvider provider, @Nullable Path qemu, BuildListener listener) {
        this.appliances = appliances;
        this.provider = provider;
        this.qemu = qemu;
        this.listener = listener;
    }

    /** Boots a guest of an architecture; the logs of the machine are written to a directory. */
    public Guest boot(Architecture architecture, VmOptions options, Path logDirectory)
            throws CrossbuildException, IOException, InterruptedException {
        Appliance appliance = appliances.provide(architecture);
        QemuChoice choice = provider.choose(architecture, qemu, options.accelerator(), appliance.kernel());
        long start = System.nanoTime();
        String phase = "Booting virtual machine";
        String detail =
                "QEMU " + choice.qemu().version() + ", " + choice.accelerator().qemuName();
        listener.onEvent(new BuildEvent.PhaseStarted(phase, detail));
        Files.createDirectories(logDirectory);
        Guest guest = GuestBoot.boot(
                choice.qemu(),
                GuestBoot.machine(appliance, choice.accelerator(), options),
                logDirectory,
                Deadline.after(options.bootTimeout()));
        listener.onEvent(new BuildEvent.PhaseFinished(phase, "ready", Duration.ofNanos(System.nanoTime() - start)));
        return guest;
    }
}
