// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

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
    void anotherProgramIsNoQemu() throws Exception {
        Path other = script(directory.resolve("other"), "echo 'GNU coreutils 9.1'; exit 0");
        assertThatThrownBy(() ->
                        provider(HostOs.LINUX, guest -> PORTABLE).choose(Architecture.AMD64, other, "auto", tcg()))
                .isInstanceOf(HostRequirementException.class)
                .hasMessageContaining("printed 'GNU coreutils 9.1' (expected a version of QEMU)");
    }

    @Test
    void aProgramThatEndsWithAnErrorIsSaidWithItsWords() throws Exception {
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
                .isEqualTo(new QemuChoice(PORTABLE, Accelerator.TCG));
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
        assertThatThrownBy(() -> provider(HostOs.MACOS, null).choose(Architecture.ARM64, null, "auto", tcg()))
                .hasMessage("Cannot find 'qemu-system-aarch64': it is in no directory of PATH")
                .asInstanceOf(type(HostRequirementException.class))
                .satisfies(e -> assertThat(e.advice())
                        .containsExactly(AdviceKey.INSTALL_QEMU_BREW.advice("program", "qemu-system-aarch64")));
        assertThatThrownBy(() -> provider(HostOs.WINDOWS, null).choose(Architecture.AMD64, null, "auto", tcg()))
                .asInstanceOf(type(HostRequirementException.class))
                .satisfies(e -> assertThat(e.advice())
                        .containsExactly(AdviceKey.INSTALL_QEMU_WINGET.advice("program", "qemu-system-x86_64")));
    }

    @Test
    void theVersionIsAskedForOncePerFile() throws Exception {
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
    void aSearchPathWithOddEntriesIsNoError() {
        assertThat(QemuLocator.directories(null)).isEmpty();
        assertThat(QemuLocator.directories("::relative:/usr/bin:\u0000:/bin"))
                .containsExactly(Path.of("/usr/bin"), Path.of("/bin"));
    }

    private QemuProvider provider(HostOs family, @Nullable QemuSource portable) {
        QemuLocator locator = QemuLocator.of(store, List.of(directory.resolve("bin")), "");
        HostSystem host = new HostSystem(family, Optional.of(Architecture.AMD64), Map.of());
        return new QemuProvider(host, locator, store, portable, events::add, Clock.systemUTC());
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
        return new AcceleratorChooser(host, directory, verdicts, (qemu, accelerator) -> true, events::add);
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
        throw new AssertionError("the portable one was asked for");
    }
}
