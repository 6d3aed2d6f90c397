// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.guest;

import io.crossbuild.appliance.Appliance;
import io.crossbuild.appliance.Appliances;
import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostDiskException;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Phase;
import io.crossbuild.io.PrivateDirectory;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.QemuBinary;
import io.crossbuild.qemu.QemuChoice;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.qemu.QemuProvider;
import io.crossbuild.spec.HttpProxy;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Boots appliances in virtual machines, with the QEMU and the accelerator that suit this host. */
public final class Guests implements GuestBooter {
    private final Appliances appliances;
    private final QemuProvider provider;
    private final WarmStart warmStart;
    private final @Nullable Path qemu;
    private final @Nullable HttpProxy proxy;
    private final BuildListener listener;

    /**
     * @param qemu the emulator that the user specifies, if any
     * @param proxy the proxy for programs in the guest, if any
     */
    public Guests(
            Store store,
            Appliances appliances,
            QemuProvider provider,
            @Nullable Path qemu,
            @Nullable HttpProxy proxy,
            BuildListener listener) {
        this.appliances = appliances;
        this.provider = provider;
        this.warmStart = new WarmStart(store, listener);
        this.qemu = qemu;
        this.proxy = proxy;
        this.listener = listener;
    }

    @Override
    public Guest boot(
            Architecture architecture, MachineOptions options, Path logDirectory, @Nullable Future<List<Path>> root)
            throws CrossbuildException, IOException, InterruptedException {
        Appliance appliance = appliances.provide(architecture);
        QemuChoice choice = provider.choose(architecture, qemu, options.accelerator(), appliance.kernel());
        long start = System.nanoTime();
        Phase phase = new Phase.StartMachine(
                choice.qemu().version(), choice.accelerator().qemuName());
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        PrivateDirectory.make(logDirectory);
        MachineSpec machine = GuestBoot.machine(appliance, choice.accelerator(), options);
        Guest guest;
        try {
            guest = start(choice.qemu(), appliance, machine, logDirectory, root, options.bootTimeout());
        } catch (VirtualMachineException e) {
            throw withAdvice(e, Duration.ofNanos(System.nanoTime() - start), options.bootTimeout());
        }
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
        return guest;
    }

    private Guest start(
            QemuBinary qemu,
            Appliance appliance,
            MachineSpec machine,
            Path logDirectory,
            @Nullable Future<List<Path>> root,
            Duration bootTimeout)
            throws CrossbuildException, IOException, InterruptedException {
        HostFacts host = HostFacts.collect(proxy);
        Optional<SavedState> state = warmStart.find(qemu, appliance, machine);
        for (int attempt = 0; attempt < 2; attempt++) {
            if (state.isEmpty()) {
                state = warmStart.make(qemu, appliance, machine, logDirectory, Deadline.after(bootTimeout));
            }
            if (state.isEmpty()) {
                break;
            }
            try {
                Deadline deadline = Deadline.after(bootTimeout);
                return GuestBoot.greet(
                        state.get().restore(qemu, machine, logDirectory, deadline), root, host, bootTimeout);
            } catch (HostDiskException e) {
                // A new machine would fail in the same way.
                throw e;
            } catch (VirtualMachineException e) {
                warmStart.discard(qemu, appliance, machine, e);
                state = Optional.empty();
            }
        }
        return GuestBoot.greet(cold(qemu, appliance, machine, logDirectory, bootTimeout), root, host, bootTimeout);
    }

    private QemuProcess cold(
            QemuBinary qemu, Appliance appliance, MachineSpec machine, Path logDirectory, Duration bootTimeout)
            throws VirtualMachineException, IOException, InterruptedException {
        Deadline deadline = Deadline.after(bootTimeout);
        QemuProcess process = GuestBoot.boot(qemu, machine, logDirectory, deadline);
        boolean saved = false;
        try {
            warmStart.save(process, qemu, appliance, deadline);
            saved = true;
            return process;
        } finally {
            if (!saved) {
                process.close();
            }
        }
    }

    private static VirtualMachineException withAdvice(
            VirtualMachineException e, Duration elapsed, Duration bootTimeout) {
        if (!e.advice().isEmpty() || elapsed.compareTo(bootTimeout) < 0) {
            return e;
        }
        return new VirtualMachineException(
                String.valueOf(e.getMessage()),
                AdviceKey.MORE_BOOT_TIME.advice(),
                e.logFile().orElse(null),
                e);
    }
}
