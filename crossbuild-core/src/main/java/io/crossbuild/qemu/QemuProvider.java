// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.arch.Architecture;
import io.crossbuild.debian.DebianArchive;
import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.DownloadException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildListener;
import io.crossbuild.event.Warning;
import io.crossbuild.io.HostOs;
import io.crossbuild.store.Store;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Finds QEMU, or on Linux downloads it, and chooses the accelerator.
 *
 * <p>In this order: the one that the user names; the one in the search path; on Linux a portable one from Debian's
 * packages. Without hardware acceleration the portable one is also preferred to an older one in the search path: QEMU
 * 10 translates twice as fast as QEMU 7.
 */
public final class QemuProvider {
    /** Measured: package installation in a guest under TCG takes 196 s with 10.0 and 434 s with 7.2. */
    private static final int FAST_TRANSLATION = 10;

    private static final Path KVM = Path.of("/dev/kvm");

    private final HostSystem host;
    private final QemuLocator locator;
    private final Store store;
    private final @Nullable QemuSource portable;
    private final BuildListener listener;
    private final Clock clock;
    private final Path kvm;
    private final AtomicBoolean toldTranslated = new AtomicBoolean();

    /** @param kvm KVM's device */
    QemuProvider(
            HostSystem host,
            QemuLocator locator,
            Store store,
            @Nullable QemuSource portable,
            BuildListener listener,
            Clock clock,
            Path kvm) {
        this.kvm = kvm;
        this.host = host;
        this.locator = locator;
        this.store = store;
        this.portable = portable;
        this.listener = listener;
        this.clock = clock;
    }

    /**
     * A provider for this host.
     *
     * @param archive the source of a portable QEMU: Debian's archive for the host's own architecture; null for none
     */
    public static QemuProvider of(Store store, @Nullable DebianArchive archive, BuildListener listener) {
        HostSystem host = HostSystem.ofHost();
        Clock clock = Clock.systemUTC();
        boolean possible = archive != null
                && host.os() == HostOs.LINUX
                && host.architecture().equals(Optional.of(archive.architecture()));
        QemuSource portable = possible && archive != null ? new PortableQemu(store, archive, listener, clock) : null;
        return new QemuProvider(host, QemuLocator.ofHost(store), store, portable, listener, clock, KVM);
    }

    /**
     * Chooses QEMU and accelerator for guests of an architecture.
     *
     * @param explicit the emulator that the user names, if any
     * @param accelerator "auto", or the one that the user names
     * @param trial used to try out an accelerator about which nothing is known
     * @throws HostRequirementException when there is no QEMU, or the requested accelerator does not work; the hint says
     *     how to get it
     * @throws DownloadException when QEMU has to be downloaded and that fails
     */
    public QemuChoice choose(Architecture guest, @Nullable Path explicit, String accelerator, GuestTrial trial)
            throws CrossbuildException, IOException, InterruptedException {
        if (host.translated() && guest == Architecture.AMD64 && toldTranslated.compareAndSet(false, true)) {
            listener.onEvent(new Warning.JvmTranslated(guest));
        }
        AcceleratorChooser chooser =
                new AcceleratorChooser(host, kvm, new AcceleratorVerdicts(store, clock), trial, listener);
        return choose(guest, explicit, accelerator, chooser);
    }

    /**
     * Remembers and reports that machines do not boot with a choice, although a trial succeeded.
     *
     * @param problem in one line
     */
    public void failed(QemuChoice choice, String problem) throws CrossbuildException {
        new AcceleratorVerdicts(store, clock)
                .keep(host, choice.qemu(), choice.accelerator(), AcceleratorVerdicts.Verdict.fails(problem));
        listener.onEvent(new Warning.AcceleratorFailed(choice.accelerator().qemuName(), problem));
    }

    QemuChoice choose(Architecture guest, @Nullable Path explicit, String accelerator, AcceleratorChooser chooser)
            throws CrossbuildException, IOException, InterruptedException {
        if (explicit != null) {
            return accelerated(locator.explicit(guest, explicit), accelerator, chooser);
        }
        Optional<Path> found = locator.find(guest);
        if (found.isPresent()) {
            QemuChoice choice = accelerated(locator.explicit(guest, found.get()), accelerator, chooser);
            return isSlow(choice) ? fasterThan(choice) : choice;
        }
        if (portable == null) {
            throw missing(guest);
        }
        return accelerated(portable.provide(guest), accelerator, chooser);
    }

    private QemuChoice accelerated(QemuBinary qemu, String accelerator, AcceleratorChooser chooser)
            throws CrossbuildException, IOException, InterruptedException {
        if (host.os() == HostOs.WINDOWS && !qemu.isAtLeast(7, 2)) {
            // "util/qemu-sockets: Enable unix socket support on Windows", commit d409373b9d of QEMU.
            throw new HostRequirementException(
                    "Cannot use '" + qemu.program() + "' as QEMU: its version is " + qemu.version()
                            + " (expected 7.2 or later, which has Unix-domain sockets on Windows)",
                    installing(qemu.architecture()));
        }
        return chooser.choose(accelerator, qemu);
    }

    private static boolean isSlow(QemuChoice choice) {
        return choice.accelerator() == Accelerator.TCG && choice.qemu().major() < FAST_TRANSLATION;
    }

    private QemuChoice fasterThan(QemuChoice slow) throws CrossbuildException, IOException, InterruptedException {
        if (portable == null) {
            return slow;
        }
        try {
            QemuBinary fast = portable.provide(slow.qemu().architecture());
            return new QemuChoice(
                    fast, AcceleratorVariant.first(Accelerator.TCG, fast.architecture(), fast.major()), false);
        } catch (DownloadException e) {
            listener.onEvent(new Warning.SlowQemu(
                    slow.qemu().version(), slow.qemu().program(), FAST_TRANSLATION, String.valueOf(e.getMessage())));
            return slow;
        }
    }

    private HostRequirementException missing(Architecture guest) {
        boolean installers = host.os() == HostOs.MACOS || host.os() == HostOs.WINDOWS;
        return new HostRequirementException(
                "Cannot find '" + program(guest) + "': it is in no directory of PATH"
                        + (installers ? " and not where installers put it" : ""),
                installing(guest));
    }

    private static String program(Architecture guest) {
        return "qemu-system-" + guest.qemuName();
    }

    private Advice installing(Architecture guest) {
        boolean intel = host.architecture().equals(Optional.of(Architecture.AMD64));
        AdviceKey key = switch (host.os()) {
            case MACOS -> intel ? AdviceKey.INSTALL_QEMU_MACPORTS : AdviceKey.INSTALL_QEMU_BREW;
            case WINDOWS -> AdviceKey.INSTALL_QEMU_WINGET;
            case LINUX -> AdviceKey.INSTALL_QEMU_PACKAGE;
            case OTHER -> AdviceKey.INSTALL_QEMU;
        };
        return key.advice("program", program(guest));
    }
}
