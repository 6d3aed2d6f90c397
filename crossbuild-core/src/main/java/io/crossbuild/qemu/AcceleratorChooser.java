// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.BuildListener;
import io.crossbuild.io.HostOs;
import io.crossbuild.qemu.AcceleratorVerdicts.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Chooses how QEMU runs the guest: with the host's hypervisor if that was seen to work, otherwise by translation. */
final class AcceleratorChooser {
    static final String AUTO = "auto";
    private static final Logger LOG = LoggerFactory.getLogger(AcceleratorChooser.class);

    private final HostSystem host;
    private final Path kvmDevice;
    private final AcceleratorVerdicts verdicts;
    private final GuestTrial trial;
    private final BuildListener listener;

    AcceleratorChooser(
            HostSystem host, Path kvmDevice, AcceleratorVerdicts verdicts, GuestTrial trial, BuildListener listener) {
        this.host = host;
        this.kvmDevice = kvmDevice;
        this.verdicts = verdicts;
        this.trial = trial;
        this.listener = listener;
    }

    /**
     * Chooses.
     *
     * @param wanted "auto", or the name of the accelerator to use
     * @throws ConfigException when there is no accelerator with that name
     * @throws HostRequirementException when the requested one does not work on this host
     */
    QemuChoice choose(String wanted, QemuBinary qemu) throws IOException, CrossbuildException, InterruptedException {
        if (!wanted.equalsIgnoreCase(AUTO)) {
            return new QemuChoice(qemu, explicit(wanted, qemu), false);
        }
        Optional<Accelerator> candidate = ofHost();
        if (candidate.isPresent() && obstacle(candidate.get(), qemu).isEmpty()) {
            Optional<AcceleratorVariant> works = working(candidate.get(), qemu, true);
            if (works.isPresent()) {
                return new QemuChoice(qemu, works.get(), true);
            }
        }
        return new QemuChoice(qemu, variants(Accelerator.TCG, qemu).get(0), false);
    }

    /** The variant that is known to work, or the first that a trial shows to work. */
    private Optional<AcceleratorVariant> working(Accelerator accelerator, QemuBinary qemu, boolean fallsBack)
            throws IOException, CrossbuildException, InterruptedException {
        List<AcceleratorVariant> variants = variants(accelerator, qemu);
        Optional<Verdict> known = verdicts.find(host, qemu, accelerator);
        if (known.isPresent()) {
            Optional<AcceleratorVariant> winner = known.get().variantOf(variants);
            if (winner.isPresent() || !known.get().works()) {
                return winner;
            }
        }
        String problem = "";
        for (AcceleratorVariant variant : variants) {
            Optional<String> found = trial.problem(qemu, variant);
            if (found.isEmpty()) {
                verdicts.keep(host, qemu, accelerator, Verdict.works(variant));
                return Optional.of(variant);
            }
            LOG.debug("no guest runs with {}: {}", variant.text(), found.get());
            problem = problem.isEmpty() ? found.get() : problem;
        }
        verdicts.keep(host, qemu, accelerator, Verdict.fails(problem));
        if (fallsBack) {
            listener.onEvent(new BuildEvent.AcceleratorUnusable(accelerator.qemuName(), problem));
        }
        return Optional.empty();
    }

    private static List<AcceleratorVariant> variants(Accelerator accelerator, QemuBinary qemu) {
        return AcceleratorVariant.of(accelerator, qemu.architecture(), qemu.major());
    }

    /** An accelerator that the user names is used, whether it works or not; a trial only chooses its variant. */
    private AcceleratorVariant explicit(String wanted, QemuBinary qemu)
            throws IOException, CrossbuildException, InterruptedException {
        Accelerator accelerator = Accelerator.of(wanted).orElseThrow(() -> unknown(wanted));
        Optional<String> obstacle = obstacle(accelerator, qemu);
        if (obstacle.isPresent()) {
            Advice advice = accelerator == Accelerator.KVM && Files.exists(kvmDevice)
                    ? AdviceKey.ACCELERATOR_ACCESS.advice("device", kvmDevice.toString())
                    : AdviceKey.ACCELERATOR_AUTO.advice();
            throw new HostRequirementException(
                    "Cannot use the accelerator '" + accelerator.qemuName() + "': " + obstacle.get(), advice);
        }
        List<AcceleratorVariant> variants = variants(accelerator, qemu);
        return variants.size() == 1
                ? variants.get(0)
                : working(accelerator, qemu, false).orElse(variants.get(0));
    }

    private static ConfigException unknown(String wanted) {
        String known = Stream.concat(
                        Stream.of(AUTO), Arrays.stream(Accelerator.values()).map(Accelerator::qemuName))
                .collect(Collectors.joining(", "));
        return new ConfigException(
                "accelerator", List.of("no accelerator '" + wanted + "' (expected one of " + known + ")"), null);
    }

    private Optional<Accelerator> ofHost() {
        return switch (host.os()) {
            case LINUX -> Optional.of(Accelerator.KVM);
            case MACOS -> Optional.of(Accelerator.HVF);
            case WINDOWS -> Optional.of(Accelerator.WHPX);
            case OTHER -> Optional.empty();
        };
    }

    /** The reason why an accelerator need not even be tried. */
    private Optional<String> obstacle(Accelerator accelerator, QemuBinary qemu) {
        if (accelerator == Accelerator.TCG) {
            return Optional.empty();
        }
        if (!ofHost().equals(Optional.of(accelerator))) {
            return Optional.of("this host runs " + name(host.os()));
        }
        if (!host.architecture().equals(Optional.of(qemu.architecture()))) {
            return Optional.of("the guest is " + qemu.architecture().debianName() + " and the host is "
                    + host.architecture().map(a -> a.debianName()).orElse("different") + " (expected the same)");
        }
        if (accelerator == Accelerator.KVM && !(Files.isReadable(kvmDevice) && Files.isWritable(kvmDevice))) {
            return Optional.of("'" + kvmDevice + "' is "
                    + (Files.exists(kvmDevice) ? "closed to this user" : "missing")
                    + " (expected to be readable and writable)");
        }
        if (variants(accelerator, qemu).isEmpty()) {
            return Optional.of("QEMU " + qemu.version() + " has none for "
                    + qemu.architecture().debianName() + " (expected " + AcceleratorVariant.WHPX_ON_ARM
                    + " or later)");
        }
        return Optional.empty();
    }

    private static String name(HostOs family) {
        return switch (family) {
            case LINUX -> "Linux";
            case MACOS -> "macOS";
            case WINDOWS -> "Windows";
            case OTHER -> System.getProperty("os.name", "another system");
        };
    }
}
