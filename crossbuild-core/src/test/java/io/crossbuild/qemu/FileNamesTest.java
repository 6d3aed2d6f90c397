// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.arch.Architecture;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.VirtualMachineException;
import io.crossbuild.process.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * The names that QEMU gets on Windows. Microsoft's documentation of CreateFile and fopen: names are in the ANSI code
 * page and have at most MAX_PATH characters; QEMU has no manifest that changes either.
 */
class FileNamesTest {
    private static final Path HOME = Path.of("/users/J\u00fcrgen/local/crossbuild");
    private static final FileNames NAMES =
            FileNames.of(Machines.qemu(Architecture.AMD64, 10).withHome(HOME));

    @TempDir
    Path directory;

    @Test
    void filesOfTheStoreHaveNamesRelativeToIt() {
        assertThat(NAMES.of(HOME.resolve("layers/a/disk.qcow2"))).isEqualTo(Path.of("layers/a/disk.qcow2") + "");
        assertThat(NAMES.problem(HOME.resolve("layers/a/disk.qcow2"))).isEmpty();
    }

    @Test
    void filesBesideItHaveNamesWithoutWhatTheyShare() {
        assertThat(NAMES.of(Path.of("/users/J\u00fcrgen/project/target/serial.log")))
                .isEqualTo(Path.of("../../project/target/serial.log") + "");
        assertThat(NAMES.of(Path.of("/tmp/cb1/qmp"))).isEqualTo(Path.of("/tmp/cb1/qmp") + "");
    }

    @Test
    void aNameThatIsNeverAsciiIsRefused() {
        Path project = Path.of("/users/J\u00fcrgen/gr\u00f6\u00dfe/serial.log");
        assertThat(NAMES.problem(project))
                .contains("the path has characters that QEMU cannot read on Windows (expected ASCII)");
        assertThatThrownBy(() -> NAMES.require(project))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Cannot give '" + project + "' to QEMU: ");
    }

    @Test
    void aPathThatIsLongerThanWindowsAllowsIsRefused() {
        String name = "x".repeat(FileNames.MAX_LENGTH - HOME.toString().length() - 1);
        assertThat(NAMES.problem(HOME.resolve(name))).isEmpty();
        assertThat(NAMES.problem(HOME.resolve(name + "x")))
                .contains("the path has 260 characters (expected at most 259)");
    }

    @Test
    void elsewhereNamesStayAsTheyAre() {
        FileNames plain = FileNames.of(Machines.qemu(Architecture.AMD64, 10));
        assertThat(plain.of(Path.of("a/../\u00fc"))).isEqualTo(Path.of("a/../\u00fc") + "");
        assertThat(plain.problem(Path.of("\u00fc".repeat(300)))).isEmpty();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the emulator is a POSIX shell")
    void itIsStartedInTheStoresHome() throws Exception {
        Path home = Files.createDirectories(directory.resolve("J\u00fcrgen/store"));
        Path logs = Files.createDirectories(directory.resolve("J\u00fcrgen/logs"));
        assertThatThrownBy(() -> start(home, logs, home.resolve("vmlinuz")))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("in " + home.toRealPath() + "\n")
                .hasMessageContaining(" -kernel vmlinuz ")
                .hasMessageContaining("path=../logs/serial.log ");
    }

    @Test
    void aNameThatItCannotReadIsRefusedBeforeItIsStarted() throws Exception {
        Path home = Files.createDirectories(directory.resolve("store"));
        Path logs = Files.createDirectories(directory.resolve("J\u00fcrgen"));
        assertThatThrownBy(() -> start(home, logs, home.resolve("vmlinuz")))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessage("Virtual machine did not start: QEMU cannot open '" + logs.resolve("serial.log")
                        + "': the path has characters that QEMU cannot read on Windows (expected ASCII)")
                .satisfies(e -> assertThat(((VirtualMachineException) e).advice())
                        .containsExactly(AdviceKey.SHORT_ASCII_PATHS.advice()));
        assertThat(logs).isEmptyDirectory();
    }

    private void start(Path home, Path logs, Path kernel) throws Exception {
        QemuBinary fake = new QemuBinary(
                Architecture.AMD64,
                Path.of("/bin/sh"),
                List.of("/bin/sh", "-c", "echo \"in $(pwd -P)\"; echo \" $* \"; exit 1", "qemu"),
                Map.of(),
                "10.0.0",
                10,
                false,
                "fake",
                home);
        MachineSpec spec = new MachineSpec(
                Architecture.AMD64,
                AcceleratorVariant.first(Accelerator.TCG, Architecture.AMD64, 10),
                1 << 28,
                1,
                kernel,
                null,
                "",
                List.of(),
                0,
                false,
                FrameFilter.NONE,
                false,
                null);
        Path sockets = Files.createTempDirectory("cb");
        try {
            Qemu.start(fake, spec, logs, sockets, Deadline.after(Duration.ofSeconds(20)))
                    .close();
        } finally {
            Files.delete(sockets);
        }
    }
}
