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
import io.crossbuild.network.PacketFilter;
import io.crossbuild.process.Deadline;
import io.crossbuild.qemu.Accelerator;
import io.crossbuild.qemu.FrameFilter;
import io.crossbuild.qemu.MachineSpec;
import io.crossbuild.qemu.QemuBinary;
import io.crossbuild.qemu.QemuChoice;
import io.crossbuild.qemu.QemuProcess;
import io.crossbuild.qemu.QemuProvider;
import io.crossbuild.spec.HostRule;
import io.crossbuild.spec.HttpProxy;
import io.crossbuild.spec.MachineOptions;
import io.crossbuild.spec.NetworkMode;
import io.crossbuild.spec.NetworkOptions;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Boots appliances in virtual machines, with the QEMU and the accelerator that suit this host. If a machine does not
 * boot with an accelerator that the user has not asked for, it is emulated.
 */
public final class Guests implements GuestBooter {
    private static final Logger LOG = LoggerFactory.getLogger(Guests.class);

    private final Store store;
    private final Appliances appliances;
    private final QemuProvider provider;
    private final WarmStart warmStart;
    private final @Nullable Path qemu;
    private final @Nullable HttpProxy proxy;
    private final BuildListener listener;
    private final List<HostRule> needed;

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
        this(store, appliances, provider, qemu, proxy, listener, new WarmStart(store, listener));
    }

    Guests(
            Store store,
            Appliances appliances,
            QemuProvider provider,
            @Nullable Path qemu,
            @Nullable HttpProxy proxy,
            BuildListener listener,
            WarmStart warmStart) {
        this(store, appliances, provider, qemu, proxy, listener, warmStart, List.of());
    }

    private Guests(
            Store store,
            Appliances appliances,
            QemuProvider provider,
            @Nullable Path qemu,
            @Nullable HttpProxy proxy,
            BuildListener listener,
            WarmStart warmStart,
            List<HostRule> needed) {
        this.store = store;
        this.appliances = appliances;
        this.provider = provider;
        this.warmStart = warmStart;
        this.qemu = qemu;
        this.proxy = proxy;
        this.listener = listener;
        this.needed = List.copyOf(needed);
    }

    /**
     * The same for guests that need a server, which they may reach unless they have no network at all.
     *
     * @param address such as that of a mirror; ignored if it has no host
     */
    public Guests reaching(URI address) {
        List<HostRule> more = new ArrayList<>(needed);
        NeededHosts.of(address).ifPresent(more::add);
        return new Guests(store, appliances, provider, qemu, proxy, listener, warmStart, more);
    }

    /** What to boot, whatever runs it. */
    private record Order(
            Appliance appliance,
            MachineOptions options,
            Path logDirectory,
            @Nullable Future<List<Path>> root) {}

    @Override
    public Guest boot(
            Architecture architecture, MachineOptions options, Path logDirectory, @Nullable Future<List<Path>> root)
            throws CrossbuildException, IOException, InterruptedException {
        Order order = new Order(appliances.provide(architecture), options, logDirectory, root);
        QemuChoice choice = choose(order, options.accelerator());
        PrivateDirectory.make(logDirectory);
        long start = System.nanoTime();
        try {
            return boot(choice, order);
        } catch (VirtualMachineException e) {
            if (!choice.tentative() || !BootFailure.isOfAccelerator(e)) {
                throw withAdvice(e, start, options.bootTimeout());
            }
            LOG.debug("booting again without {}", choice.variant(), e);
            return emulate(order, choice, e);
        }
    }

    private QemuChoice choose(Order order, String accelerator)
            throws CrossbuildException, IOException, InterruptedException {
        MachineTrial trial = new MachineTrial(
                store,
                variant -> GuestBoot.machine(order.appliance(), variant, order.options()),
                MachineTrial.BANNER_TIME);
        return provider.choose(order.appliance().architecture(), qemu, accelerator, trial);
    }

    /**
     * Boots without the accelerator. It is the accelerator's fault only if this succeeds: with too little memory, for
     * example, neither boots.
     */
    private Guest emulate(Order order, QemuChoice failed, VirtualMachineException failure)
            throws CrossbuildException, IOException, InterruptedException {
        String problem = BootFailure.problem(failure);
        BootFailure.keepLogs(order.logDirectory(), failed.accelerator().qemuName());
        QemuChoice choice = choose(order, Accelerator.TCG.qemuName());
        long start = System.nanoTime();
        Guest guest;
        try {
            guest = boot(choice, order);
        } catch (VirtualMachineException e) {
            e.addSuppressed(failure);
            throw withAdvice(e, start, order.options().bootTimeout());
        }
        boolean told = false;
        try {
            provider.failed(failed, problem);
            told = true;
            return guest;
        } finally {
            if (!told) {
                guest.close();
            }
        }
    }

    private Guest boot(QemuChoice choice, Order order) throws CrossbuildException, IOException, InterruptedException {
        long start = System.nanoTime();
        Phase phase = new Phase.StartMachine(
                choice.qemu().version(), choice.accelerator().qemuName());
        listener.onEvent(new BuildEvent.PhaseStarted(phase));
        Guest guest = start(choice, order);
        listener.onEvent(new BuildEvent.PhaseFinished(phase, Duration.ofNanos(System.nanoTime() - start)));
        return guest;
    }

    private Guest start(QemuChoice choice, Order order) throws CrossbuildException, IOException, InterruptedException {
        QemuBinary emulator = choice.qemu();
        Appliance appliance = order.appliance();
        MachineSpec machine = GuestBoot.machine(appliance, choice.variant(), order.options());
        Path logs = order.logDirectory();
        Duration bootTimeout = order.options().bootTimeout();
        HostFacts host = HostFacts.collect(proxy);
        Optional<SavedState> state = warmStart.find(emulator, appliance, machine);
        for (int attempt = 0; attempt < 2; attempt++) {
            if (state.isEmpty()) {
                state = warmStart.make(emulator, appliance, machine, logs, Deadline.after(bootTimeout));
            }
            if (state.isEmpty()) {
                break;
            }
            try {
                Deadline deadline = Deadline.after(bootTimeout);
                MachineSpec filtered = machine.withFilter(filter(order.options().network()));
                QemuProcess restored = state.get().restore(emulator, filtered, logs, deadline);
                return greet(restored, order, host);
            } catch (HostDiskException e) {
                // A new machine would fail in the same way.
                throw e;
            } catch (VirtualMachineException e) {
                warmStart.discard(emulator, appliance, machine, e);
                state = Optional.empty();
            }
        }
        MachineSpec filtered = machine.withFilter(filter(order.options().network()));
        QemuProcess booted = cold(emulator, appliance, filtered, logs, bootTimeout);
        return greet(booted, order, host);
    }

    private Guest greet(QemuProcess process, Order order, HostFacts host)
            throws CrossbuildException, IOException, InterruptedException {
        boolean prepared = false;
        HostFacts told;
        try {
            process.limit(order.options().maxLogBytes(), order.options().maxCacheBytes());
            told = host.withoutPassword(process.onExit());
            filter(process, order.options().network(), told.proxy());
            prepared = true;
        } finally {
            if (!prepared) {
                process.close();
            }
        }
        return GuestBoot.greet(process, order.root(), told, order.options().bootTimeout());
    }

    private static FrameFilter filter(NetworkOptions network) {
        if (network.mode() == NetworkMode.FULL) {
            return FrameFilter.NONE;
        }
        return PacketFilter.learns(network) ? FrameFilter.BOTH : FrameFilter.SENT;
    }

    /** Before the guest runs anything but its own start. */
    private void filter(QemuProcess machine, NetworkOptions network, @Nullable HttpProxy reached) {
        if (!machine.frames().isEmpty()) {
            List<HostRule> always = new ArrayList<>(needed);
            NeededHosts.of(reached).ifPresent(always::add);
            PacketFilter.start(machine.frames(), network, always, listener);
        }
    }

    private QemuProcess cold(
            QemuBinary emulator, Appliance appliance, MachineSpec machine, Path logDirectory, Duration bootTimeout)
            throws VirtualMachineException, IOException, InterruptedException {
        Deadline deadline = Deadline.after(bootTimeout);
        QemuProcess process = GuestBoot.boot(emulator, machine, logDirectory, deadline);
        boolean saved = false;
        try {
            warmStart.save(process, emulator, appliance, deadline);
            saved = true;
            return process;
        } finally {
            if (!saved) {
                process.close();
            }
        }
    }

    private static VirtualMachineException withAdvice(VirtualMachineException e, long start, Duration bootTimeout) {
        boolean late = System.nanoTime() - start >= bootTimeout.toNanos();
        if (!e.advice().isEmpty() || !late) {
            return e;
        }
        return new VirtualMachineException(
                String.valueOf(e.getMessage()),
                AdviceKey.MORE_BOOT_TIME.advice(),
                e.logFile().orElse(null),
                e);
    }
}
