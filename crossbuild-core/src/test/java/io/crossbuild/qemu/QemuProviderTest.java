// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.crossbuild.PretendedHost;
import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.DownloadException;
import io.crossbuild.error.HostRequirementException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.Warning;
import io.crossbuild.io.HostOs;
import io.crossbuild.store.Store;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the emulators here are POSIX shell scripts")
class QemuProviderTest {
    private static final QemuBinary PORTABLE = Machines.qemu(Architecture.AMD64, 10);

    @TempDir
    Path directory;

    private final List<BuildEvent> events = new ArrayList<>();
    private Store store;

    @BeforeEach
    void open() throws Exception {
        store = Store.open(directory.resolve("store"));
        Files.createDirectory(directory.resolve("bin"));
    }

    @Test
    void theOneThatTheUserNamesIsTaken() throws Exception {
        onPath("10.1.0", true);
        Path own = emulator(directory.resolve("own"), "8.2.4", true);
        QemuChoice choice = provider(HostOs.LINUX, guest -> PORTABLE).choose(Architecture.AMD64, own, "auto", tcg());
        assertThat(choice.qemu().program()).isEqualTo(own);
        assertThat(choice.qemu().version()).isEqualTo("8.2.4");
        assertThat(choice.qemu().major()).isEqualTo(8);
        assertThat(choice.qemu().build()).isEqualTo("8.2.4 (some distribution)");
        assertThat(choice.accelerator()).isEqualTo(Accelerator.TCG);
    }

    @Test
    void aNameThatLeadsNowhereIsAnError() {
        assertThatThrownBy(() -> provider(HostOs.LINUX, guest -> PORTABLE)
                        .choose(Architecture.AMD64, directory.resolve("none"), "auto", tcg()))
                .isInstanceOf(HostRequirementException.class)
                .hasMessage("Cannot use '" + directory.resolve("none") + "' as QEMU: no such executable file");
    }

    @Test
    void aDifferentProgramIsNotQemu() throws Exception {
        Path other = script(directory.resolve("other"), "echo 'GNU coreutils 9.1'; exit 0");
        assertThatThrownBy(() ->
                        provider(HostOs.LINUX, guest -> PORTABLE).choose(Architecture.AMD64, other, "auto", tcg()))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("printed 'GNU coreutils 9.1' (expected a version of QEMU)");
    }

    @Test
    void aProgramThatEndsWithAnErrorIsReportedWithItsOutput() throws Exception {
        Path broken = script(directory.resolve("broken"), "echo 'libfoo.so.1: not found' >&2; exit 127");
        assertThatThrownBy(() ->
                        provider(HostOs.LINUX, guest -> PORTABLE).choose(Architecture.AMD64, broken, "auto", tcg()))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("ended with status 127 and printed 'libfoo.so.1: not found'");
    }

    @Test
    void anEmulatorWithoutSeccompIsUsedWithoutIt() throws Exception {
        onPath("10.0.0", false);
        assertThat(provider(HostOs.LINUX, null)
                        .choose(Architecture.AMD64, null, "auto", tcg())
                        .qemu()
                        .sandbox())
                .isFalse();
    }

    @Test
    void aRecentOneOnThePathIsTaken() throws Exception {
        onPath("10.1.0", true);
        QemuChoice choice = provider(HostOs.LINUX, QemuProviderTest::mustNotBeAsked)
                .choose(Architecture.AMD64, null, "auto", tcg());
        assertThat(choice.qemu().version()).isEqualTo("10.1.0");
        assertThat(choice.qemu().sandbox()).isTrue();
    }

    @Test
    void anOldOneIsReplacedWhereItIsSlow() throws Exception {
        onPath("7.2.22", true);
        assertThat(provider(HostOs.LINUX, guest -> PORTABLE).choose(Architecture.AMD64, null, "auto", tcg()))
                .isEqualTo(new QemuChoice(
                        PORTABLE, AcceleratorVariant.first(Accelerator.TCG, Architecture.AMD64, 10), false));
    }

    @Test
    void anOldOneIsKeptWhereTheHardwareDoesTheWork() throws Exception {
        onPath("7.2.22", true);
        QemuChoice choice = provider(HostOs.LINUX, QemuProviderTest::mustNotBeAsked)
                .choose(Architecture.AMD64, null, "auto", accelerated());
        assertThat(choice.accelerator()).isEqualTo(Accelerator.KVM);
        assertThat(choice.qemu().major()).isEqualTo(7);
    }

    @Test
    void anOldOneIsKeptWithAWarningWhereNoOtherCanBeHad() throws Exception {
        onPath("7.2.22", true);
        QemuChoice choice =
                provider(HostOs.LINUX, QemuProviderTest::offline).choose(Architecture.AMD64, null, "auto", tcg());
        assertThat(choice.qemu().major()).isEqualTo(7);
        assertThat(events)
                .singleElement()
                .asInstanceOf(type(Warning.SlowQemu.class))
                .satisfies(w -> {
                    assertThat(w.version()).isEqualTo("7.2.22");
                    assertThat(w.fastVersion()).isEqualTo(10);
                    assertThat(w.problem()).contains("offline");
                });
    }

    @Test
    void withNoneOnThePathOneIsProvided() throws Exception {
        assertThat(provider(HostOs.LINUX, guest -> PORTABLE)
                        .choose(Architecture.AMD64, null, "auto", tcg())
                        .qemu())
                .isEqualTo(PORTABLE);
        assertThatThrownBy(() -> provider(HostOs.LINUX, QemuProviderTest::offline)
                        .choose(Architecture.AMD64, null, "auto", tcg()))
                .isInstanceOf(DownloadException.class);
    }

    @Test
    void whereNoneCanBeProvidedTheHintSaysHowToInstallIt() {
        HostSystem apple = new HostSystem(HostOs.MACOS, Optional.of(Architecture.ARM64), Map.of());
        assertThatThrownBy(() -> provider(apple, null).choose(Architecture.ARM64, null, "auto", tcg()))
                .hasMessage(
                        "Cannot find 'qemu-system-aarch64': it is in no directory of PATH and not where installers put"
                                + " it")
                .asInstanceOf(type(HostRequirementException.class))
                .satisfies(e -> assertThat(e.advice())
                        .containsExactly(AdviceKey.INSTALL_QEMU_BREW.advice("program", "qemu-system-aarch64")));
        assertThatThrownBy(() -> provider(HostOs.WINDOWS, null).choose(Architecture.AMD64, null, "auto", tcg()))
                .asInstanceOf(type(HostRequirementException.class))
                .satisfies(e -> assertThat(e.advice())
                        .containsExactly(AdviceKey.INSTALL_QEMU_WINGET.advice("program", "qemu-system-x86_64")));
    }

    /** Homebrew builds no packages for Intel processors any more (Homebrew/brew#23677). */
    @Test
    void onAMacWithAnIntelProcessorTheHintNamesMacPorts() {
        assertThatThrownBy(() -> provider(HostOs.MACOS, null).choose(Architecture.AMD64, null, "auto", tcg()))
                .asInstanceOf(type(HostRequirementException.class))
                .satisfies(e -> {
                    assertThat(e.advice())
                            .containsExactly(AdviceKey.INSTALL_QEMU_MACPORTS.advice("program", "qemu-system-x86_64"));
                    assertThat(AdviceKey.INSTALL_QEMU_MACPORTS.words())
                            .contains("'sudo port install qemu'", "'brew install qemu'");
                });
    }

    /** Commit d409373b9d of QEMU, "Enable unix socket support on Windows", is in 7.2. */
    @Test
    void onWindowsAnEmulatorWithoutUnixDomainSocketsIsRefused() throws Exception {
        Path old = emulator(directory.resolve("old.exe"), "7.1.0", false);
        Path exact = emulator(directory.resolve("exact.exe"), "7.2.0", false);
        QemuProvider windows = provider(HostOs.WINDOWS, null);
        assertThatThrownBy(() -> windows.choose(Architecture.AMD64, old, "auto", tcg()))
                .isInstanceOf(HostRequirementException.class)
                .hasMessage("Cannot use '" + old + "' as QEMU: its version is 7.1.0"
                        + " (expected 7.2 or later, which has Unix-domain sockets on Windows)");
        assertThat(windows.choose(Architecture.AMD64, exact, "auto", tcg())
                        .qemu()
                        .version())
                .isEqualTo("7.2.0");
        assertThat(provider(HostOs.LINUX, null)
                        .choose(Architecture.AMD64, old, "auto", tcg())
                        .qemu()
                        .version())
                .isEqualTo("7.1.0");
    }

    @Test
    void onWindowsItIsStartedInTheStoresHome() throws Exception {
        Path own = emulator(directory.resolve("own.exe"), "10.0.0", false);
        QemuProvider windows = provider(HostOs.WINDOWS, null);
        assertThat(windows.choose(Architecture.AMD64, own, "auto", tcg()).qemu().home())
                .isEqualTo(store.home());
        assertThat(provider(HostOs.LINUX, null)
                        .choose(Architecture.AMD64, own, "auto", tcg())
                        .qemu()
                        .home())
                .isNull();
    }

    @Test
    void aTranslatedJvmIsToldOnceAndOnlyIfTheGuestIsEmulatedForIt() throws Exception {
        HostSystem translated = HostSystem.of(HostOs.MACOS, Optional.of(Architecture.AMD64), true, Map.of());
        assertThat(translated.architecture()).contains(Architecture.ARM64);
        onPath("11.0.0", false);
        emulator(directory.resolve("bin/qemu-system-aarch64"), "11.0.0", false);
        QemuProvider provider = provider(translated, null);
        GuestTrial runs = (qemu, variant) -> Optional.empty();
        assertThat(provider.choose(Architecture.ARM64, null, "auto", runs).accelerator())
                .isEqualTo(Accelerator.HVF);
        assertThat(events).isEmpty();
        assertThat(provider.choose(Architecture.AMD64, null, "auto", runs).accelerator())
                .isEqualTo(Accelerator.TCG);
        provider.choose(Architecture.AMD64, null, "auto", runs);
        assertThat(events).containsExactly(new Warning.JvmTranslated(Architecture.AMD64));
    }

    @Test
    void whatFailsAfterItsTrialIsRememberedAndTold() throws Exception {
        HostSystem apple = new HostSystem(HostOs.MACOS, Optional.of(Architecture.AMD64), Map.of());
        onPath("11.1.0", false);
        GuestTrial runs = (qemu, variant) -> Optional.empty();
        QemuChoice choice = provider(apple, null).choose(Architecture.AMD64, null, "auto", runs);
        assertThat(choice.accelerator()).isEqualTo(Accelerator.HVF);
        provider(apple, null).failed(choice, "Error: ret = HV_ERROR");
        assertThat(events).containsExactly(new Warning.AcceleratorFailed("hvf", "Error: ret = HV_ERROR"));
        assertThat(provider(apple, null)
                        .choose(Architecture.AMD64, null, "auto", QemuProviderTest::mustNotBeTried)
                        .accelerator())
                .isEqualTo(Accelerator.TCG);
        assertThat(events).hasSize(1);
    }

    private static Optional<String> mustNotBeTried(QemuBinary qemu, AcceleratorVariant variant) {
        throw new AssertionError("a trial of " + variant.text());
    }

    @Test
    void installersDirectoriesAreSearchedAfterThePath() {
        Map<String, String> environment = Map.of("PATH", "/bin", "ProgramFiles", "/programs");
        assertThat(QemuLocator.directories(HostOs.MACOS, environment))
                .containsExactly(
                        Path.of("/bin"),
                        Path.of("/opt/homebrew/bin"),
                        Path.of("/usr/local/bin"),
                        Path.of("/opt/local/bin"));
        assertThat(QemuLocator.directories(HostOs.WINDOWS, environment))
                .containsExactly(Path.of("/bin"), Path.of("/programs/qemu"));
        assertThat(QemuLocator.directories(HostOs.LINUX, environment)).containsExactly(Path.of("/bin"));
    }

    /** Javadoc of System.getenv: "The returned map is typically case-sensitive on all platforms." */
    @Test
    void onWindowsTheCaseOfAVariablesNameDoesNotCount() {
        Map<String, String> environment = Map.of("Path", "/bin", "PROGRAMFILES", "/programs");
        assertThat(QemuLocator.directories(HostOs.WINDOWS, environment))
                .containsExactly(Path.of("/bin"), Path.of("/programs/qemu"));
        assertThat(QemuLocator.directories(HostOs.LINUX, environment)).isEmpty();
    }

    @Test
    void anEmulatorInAnInstallersDirectoryIsFoundWithoutAPath() throws Exception {
        Path installed = emulator(
                Files.createDirectory(directory.resolve("qemu")).resolve("qemu-system-x86_64.exe"), "10.0.0", false);
        Map<String, String> environment = Map.of("ProgramFiles", directory.toString());
        try (PretendedHost windows = PretendedHost.of(HostOs.WINDOWS)) {
            assertThat(QemuLocator.ofHost(store, environment).find(Architecture.AMD64))
                    .as("%s", windows)
                    .contains(installed);
        }
        assertThat(QemuLocator.ofHost(store, environment).find(Architecture.AMD64))
                .isEmpty();
    }

    @Test
    void theVersionIsQueriedOncePerFile() throws Exception {
        Path counter = directory.resolve("count");
        Path own =
                script(directory.resolve("own"), "echo x >>'" + counter + "'; echo 'QEMU emulator version 9.0.0 (x)'");
        QemuProvider provider = provider(HostOs.LINUX, null);
        QemuChoice first = provider.choose(Architecture.AMD64, own, "auto", tcg());
        QemuChoice second = provider.choose(Architecture.AMD64, own, "auto", tcg());
        assertThat(second).isEqualTo(first);
        assertThat(Files.readAllLines(counter)).hasSize(1);
        Files.setLastModifiedTime(own, FileTime.fromMillis(1_000_000));
        provider.choose(Architecture.AMD64, own, "auto", tcg());
        assertThat(Files.readAllLines(counter)).hasSize(2);
    }

    @Test
    void aSearchPathWithOddEntriesIsNotAnError() {
        assertThat(QemuLocator.directories(null)).isEmpty();
        assertThat(QemuLocator.directories("::relative:/usr/bin:\u0000:/bin"))
                .containsExactly(Path.of("/usr/bin"), Path.of("/bin"));
    }

    private QemuProvider provider(HostOs family, @Nullable QemuSource portable) {
        return provider(new HostSystem(family, Optional.of(Architecture.AMD64), Map.of()), portable);
    }

    private QemuProvider provider(HostSystem host, @Nullable QemuSource portable) {
        QemuLocator locator = QemuLocator.of(store, List.of(directory.resolve("bin")), host.os());
        Path kvm = directory.resolve("kvm");
        return new QemuProvider(host, locator, store, portable, events::add, Clock.systemUTC(), kvm);
    }

    private AcceleratorChooser tcg() {
        return chooser(HostOs.OTHER);
    }

    private AcceleratorChooser accelerated() {
        return chooser(HostOs.LINUX);
    }

    private AcceleratorChooser chooser(HostOs family) {
        HostSystem host = new HostSystem(family, Optional.of(Architecture.AMD64), Map.of());
        AcceleratorVerdicts verdicts = new AcceleratorVerdicts(store, Clock.systemUTC());
        return new AcceleratorChooser(host, directory, verdicts, (qemu, variant) -> Optional.empty(), events::add);
    }

    private void onPath(String version, boolean sandbox) throws Exception {
        emulator(directory.resolve("bin/qemu-system-x86_64"), version, sandbox);
    }

    private static Path emulator(Path path, String version, boolean sandbox) throws Exception {
        String refusal = sandbox ? "" : "[ \"$1\" = -sandbox ] && { echo 'not enabled' >&2; exit 1; }; ";
        return script(path, refusal + "echo 'QEMU emulator version " + version + " (some distribution)'");
    }

    private static Path script(Path path, String body) throws Exception {
        Files.writeString(path, "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static QemuBinary offline(Architecture guest) throws DownloadException {
        throw new DownloadException(URI.create("http://x/"), "Cannot download 'x': offline", null, false, null);
    }

    private static QemuBinary mustNotBeAsked(Architecture guest) {
        throw new AssertionError("the portable QEMU was requested");
    }
}
