// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.ConfigException;
import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.io.HostOs;
import io.crossbuild.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceleratorChooserTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final QemuBinary AMD64 = Machines.qemu(Architecture.AMD64, 10);

    @TempDir
    Path directory;

    private final List<AcceleratorVariant> variants = new ArrayList<>();
    private final List<BuildEvent> events = new ArrayList<>();
    private Predicate<AcceleratorVariant> guestsRun = variant -> true;
    private Instant now = NOW;
    private Path device;
    private Store store;

    @BeforeEach
    void prepare() throws Exception {
        device = Files.createFile(directory.resolve("kvm"));
        store = Store.open(directory.resolve("store"));
    }

    @Test
    void theHostsHypervisorIsTakenWhenAGuestRunsUnderIt() throws Exception {
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.KVM);
        assertThat(choose("auto", host(HostOs.MACOS, "k"))).isEqualTo(Accelerator.HVF);
        assertThat(choose("AUTO", host(HostOs.WINDOWS, "k"))).isEqualTo(Accelerator.WHPX);
        assertThat(choose("auto", host(HostOs.OTHER, "k"))).isEqualTo(Accelerator.TCG);
        assertThat(variants.stream().map(AcceleratorVariant::accelerator))
                .containsExactly(Accelerator.KVM, Accelerator.HVF, Accelerator.WHPX);
        assertThat(events).isEmpty();
    }

    @Test
    void aHypervisorThatRunsNoGuestIsNotUsedWhichIsReported() throws Exception {
        guestsRun = variant -> false;
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.TCG);
        assertThat(events).containsExactly(new BuildEvent.AcceleratorUnusable("kvm", "no guest with kvm host"));
    }

    @Test
    void theVerdictIsKept() throws Exception {
        choose("auto", host(HostOs.LINUX, "k"));
        guestsRun = variant -> false;
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.KVM);
        assertThat(variants).hasSize(1);
    }

    @Test
    void anotherKernelOfTheHostIsTriedAgain() throws Exception {
        choose("auto", host(HostOs.LINUX, "6.1"));
        choose("auto", host(HostOs.LINUX, "6.2"));
        assertThat(variants).hasSize(2);
    }

    @Test
    void aFailureIsTriedAgainTheDayAfterAndASuccessTheMonthAfter() throws Exception {
        guestsRun = variant -> false;
        choose("auto", host(HostOs.LINUX, "k"));
        now = NOW.plus(Duration.ofHours(23));
        choose("auto", host(HostOs.LINUX, "k"));
        assertThat(variants).hasSize(1);
        now = NOW.plus(Duration.ofHours(25));
        guestsRun = variant -> true;
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.KVM);
        now = now.plus(Duration.ofDays(29));
        choose("auto", host(HostOs.LINUX, "k"));
        assertThat(variants).hasSize(2);
        now = now.plus(Duration.ofDays(2));
        choose("auto", host(HostOs.LINUX, "k"));
        assertThat(variants).hasSize(3);
    }

    @Test
    void aDamagedVerdictCountsAsNone() throws Exception {
        choose("auto", host(HostOs.LINUX, "k"));
        try (var notes = Files.list(store.home().resolve("verdicts"))) {
            for (Path note : notes.toList()) {
                Files.writeString(note, "works yesterday");
            }
        }
        choose("auto", host(HostOs.LINUX, "k"));
        assertThat(variants).hasSize(2);
    }

    @Test
    void aGuestOfAnotherArchitectureIsNotTried() throws Exception {
        assertThat(chooser(host(HostOs.LINUX, "k"))
                        .choose("auto", Machines.qemu(Architecture.ARM64, 10))
                        .accelerator())
                .isEqualTo(Accelerator.TCG);
        assertThat(variants).isEmpty();
    }

    @Test
    void aMissingDeviceIsNotTried() throws Exception {
        Files.delete(device);
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.TCG);
        assertThat(variants).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void anExplicitChoiceIsUsedAsSaid() throws Exception {
        guestsRun = variant -> false;
        assertThat(choose("kvm", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.KVM);
        assertThat(choose("TCG", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.TCG);
        assertThat(variants).isEmpty();
    }

    @Test
    void anExplicitChoiceThatTheHostCannotHaveIsAnError() throws Exception {
        Files.delete(device);
        assertThatThrownBy(() -> choose("kvm", host(HostOs.LINUX, "k")))
                .isInstanceOf(HostRequirementException.class)
                .hasMessage("Cannot use the accelerator 'kvm': '" + device
                        + "' is missing (expected to be readable and writable)");
        assertThatThrownBy(() -> choose("hvf", host(HostOs.LINUX, "k")))
                .isInstanceOf(HostRequirementException.class)
                .hasMessage("Cannot use the accelerator 'hvf': this host runs Linux");
        assertThatThrownBy(() -> chooser(host(HostOs.MACOS, "k")).choose("hvf", Machines.qemu(Architecture.ARM64, 10)))
                .isInstanceOf(HostRequirementException.class)
                .hasMessage(
                        "Cannot use the accelerator 'hvf': the guest is arm64 and the host is amd64 (expected the same)");
    }

    @Test
    void anUnknownNameIsAnErrorThatListsTheKnown() {
        assertThatThrownBy(() -> choose("fast", host(HostOs.LINUX, "k")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no accelerator 'fast' (expected one of auto, kvm, hvf, whpx, tcg)");
    }

    @Test
    void onlyWhatTheUserHasNotAskedForIsGivenUpForEmulation() throws Exception {
        AcceleratorChooser chooser = chooser(host(HostOs.LINUX, "k"));
        assertThat(chooser.choose("auto", AMD64).tentative()).isTrue();
        assertThat(chooser.choose("kvm", AMD64).tentative()).isFalse();
        assertThat(chooser.choose("tcg", AMD64).tentative()).isFalse();
    }

    /** Issues 346, 1043 and 3178 of QEMU: each of the variants hangs or crashes on some hosts. */
    @Test
    void variantsOfWhpxAreTriedInOrderAndTheWinnerIsKept() throws Exception {
        QemuBinary ten = Machines.qemu(Architecture.AMD64, 10);
        guestsRun = variant -> !variant.option().contains("irqchip");
        QemuChoice first = chooser(host(HostOs.WINDOWS, "k")).choose("auto", ten);
        assertThat(variants.stream().map(AcceleratorVariant::text))
                .containsExactly("whpx,kernel-irqchip=off Nehalem", "whpx Nehalem");
        QemuChoice second = chooser(host(HostOs.WINDOWS, "k")).choose("auto", ten);
        QemuChoice named = chooser(host(HostOs.WINDOWS, "k")).choose("whpx", ten);
        assertThat(variants).hasSize(2);
        assertThat(Stream.of(first, second, named)
                        .map(choice -> choice.variant().text()))
                .containsOnly("whpx Nehalem");
        assertThat(events).isEmpty();
    }

    @Test
    void whenNoVariantWorksTheProblemOfTheFirstIsTold() throws Exception {
        guestsRun = variant -> false;
        QemuBinary eleven = Machines.qemu(Architecture.AMD64, 11);
        assertThat(chooser(host(HostOs.WINDOWS, "k")).choose("auto", eleven).accelerator())
                .isEqualTo(Accelerator.TCG);
        assertThat(variants.stream().map(AcceleratorVariant::text))
                .containsExactly("whpx host", "whpx,kernel-irqchip=off host");
        assertThat(events).containsExactly(new BuildEvent.AcceleratorUnusable("whpx", "no guest with whpx host"));
        // The one that the user names is used nevertheless, so that its own error is seen.
        assertThat(chooser(host(HostOs.WINDOWS, "k"))
                        .choose("whpx", eleven)
                        .variant()
                        .text())
                .isEqualTo("whpx host");
        assertThat(variants).hasSize(2);
    }

    /** The winner of an older crossbuild, or a list that has changed. */
    @Test
    void aWinnerThatIsNoVariantAnyMoreIsTriedAgain() throws Exception {
        choose("auto", host(HostOs.LINUX, "k"));
        try (var notes = Files.list(store.home().resolve("verdicts"))) {
            for (Path note : notes.toList()) {
                assertThat(note).hasContent("works " + NOW + "\nkvm host");
                Files.writeString(note, "works " + NOW);
            }
        }
        choose("auto", host(HostOs.LINUX, "k"));
        assertThat(variants).hasSize(2);
    }

    @Test
    void anEmulatorForArmHasWhpxSinceVersion11() throws Exception {
        HostSystem host = new HostSystem(HostOs.WINDOWS, Optional.of(Architecture.ARM64), Map.of());
        QemuBinary ten = Machines.qemu(Architecture.ARM64, 10);
        assertThat(chooser(host).choose("auto", ten).accelerator()).isEqualTo(Accelerator.TCG);
        assertThatThrownBy(() -> chooser(host).choose("whpx", ten))
                .isInstanceOf(HostRequirementException.class)
                .hasMessage("Cannot use the accelerator 'whpx': QEMU 10.0.1 has none for arm64"
                        + " (expected 11 or later)");
        assertThat(variants).isEmpty();
        assertThat(chooser(host)
                        .choose("auto", Machines.qemu(Architecture.ARM64, 11))
                        .variant()
                        .text())
                .isEqualTo("whpx host");
    }

    private Accelerator choose(String wanted, HostSystem host) throws Exception {
        return chooser(host).choose(wanted, AMD64).accelerator();
    }

    private AcceleratorChooser chooser(HostSystem host) throws CrossbuildException {
        GuestTrial trial = (qemu, variant) -> {
            variants.add(variant);
            return guestsRun.test(variant) ? Optional.empty() : Optional.of("no guest with " + variant.text());
        };
        AcceleratorVerdicts verdicts = new AcceleratorVerdicts(store, Clock.fixed(now, ZoneOffset.UTC));
        return new AcceleratorChooser(host, device, verdicts, trial, events::add);
    }

    private static HostSystem host(HostOs family, String kernel) {
        return new HostSystem(family, Optional.of(Architecture.AMD64), Map.of("os.version", kernel));
    }
}
