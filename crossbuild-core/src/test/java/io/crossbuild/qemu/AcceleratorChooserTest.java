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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AcceleratorChooserTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final QemuBinary AMD64 = Machines.qemu(Architecture.AMD64, 10);

    @TempDir
    Path directory;

    private final List<Accelerator> tried = new ArrayList<>();
    private final List<BuildEvent> events = new ArrayList<>();
    private boolean guestsRun = true;
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
        assertThat(tried).containsExactly(Accelerator.KVM, Accelerator.HVF, Accelerator.WHPX);
        assertThat(events).isEmpty();
    }

    @Test
    void aHypervisorThatRunsNoGuestIsNotTakenAndThatIsSaid() throws Exception {
        guestsRun = false;
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.TCG);
        assertThat(events).containsExactly(new BuildEvent.AcceleratorUnusable("kvm"));
    }

    @Test
    void theVerdictIsKept() throws Exception {
        choose("auto", host(HostOs.LINUX, "k"));
        guestsRun = false;
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.KVM);
        assertThat(tried).hasSize(1);
    }

    @Test
    void anotherKernelOfTheHostIsTriedAgain() throws Exception {
        choose("auto", host(HostOs.LINUX, "6.1"));
        choose("auto", host(HostOs.LINUX, "6.2"));
        assertThat(tried).hasSize(2);
    }

    @Test
    void aFailureIsTriedAgainTheDayAfterAndASuccessTheMonthAfter() throws Exception {
        guestsRun = false;
        choose("auto", host(HostOs.LINUX, "k"));
        now = NOW.plus(Duration.ofHours(23));
        choose("auto", host(HostOs.LINUX, "k"));
        assertThat(tried).hasSize(1);
        now = NOW.plus(Duration.ofHours(25));
        guestsRun = true;
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.KVM);
        now = now.plus(Duration.ofDays(29));
        choose("auto", host(HostOs.LINUX, "k"));
        assertThat(tried).hasSize(2);
        now = now.plus(Duration.ofDays(2));
        choose("auto", host(HostOs.LINUX, "k"));
        assertThat(tried).hasSize(3);
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
        assertThat(tried).hasSize(2);
    }

    @Test
    void aGuestOfAnotherArchitectureIsNotTried() throws Exception {
        assertThat(chooser(host(HostOs.LINUX, "k")).choose("auto", Machines.qemu(Architecture.ARM64, 10)))
                .isEqualTo(Accelerator.TCG);
        assertThat(tried).isEmpty();
    }

    @Test
    void aMissingDeviceIsNotTried() throws Exception {
        Files.delete(device);
        assertThat(choose("auto", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.TCG);
        assertThat(tried).isEmpty();
        assertThat(events).isEmpty();
    }

    @Test
    void anExplicitChoiceIsUsedAsSaid() throws Exception {
        guestsRun = false;
        assertThat(choose("kvm", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.KVM);
        assertThat(choose("TCG", host(HostOs.LINUX, "k"))).isEqualTo(Accelerator.TCG);
        assertThat(tried).isEmpty();
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

    private Accelerator choose(String wanted, HostSystem host) throws Exception {
        return chooser(host).choose(wanted, AMD64);
    }

    private AcceleratorChooser chooser(HostSystem host) throws CrossbuildException {
        GuestTrial trial = (qemu, accelerator) -> {
            tried.add(accelerator);
            return guestsRun;
        };
        AcceleratorVerdicts verdicts = new AcceleratorVerdicts(store, Clock.fixed(now, ZoneOffset.UTC));
        return new AcceleratorChooser(host, device, verdicts, trial, events::add);
    }

    private static HostSystem host(HostOs family, String kernel) {
        return new HostSystem(family, Optional.of(Architecture.AMD64), Map.of("os.version", kernel));
    }
}
