// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.crossbuild.arch.Architecture;
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

class QemuTest {
    @TempDir
    Path directory;

    @Test
    void theForwardedPortIsTheOneToTheGuestsSsh() throws Exception {
        // As printed by QEMU 7.2 and 10.0, after another forward.
        String usernet = """
                Hub -1 (net0):\r
                  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r
                  TCP[HOST_FORWARD]   8       127.0.0.1 40793       10.0.2.15    80     0     0\r
                  TCP[ESTABLISHED]    9       127.0.0.1 40000       10.0.2.15    22     0     0\r
                  TCP[HOST_FORWARD]   3       127.0.0.1 38821       10.0.2.15    22     0     0\r
                """;
        assertThat(PortForward.find(usernet, 22)).isEqualTo(38821);
        assertThatThrownBy(() -> PortForward.find("Hub -1 (net0):\r\n", 22)).isInstanceOf(IOException.class);
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the emulator is a POSIX shell")
    void anEmulatorThatEndsAtOnceIsReportedWithItsOutput() throws Exception {
        Deadline deadline = Deadline.after(Duration.ofMinutes(10));
        assertThatThrownBy(() -> start("echo 'qemu: -machine q35: unsupported' >&2; exit 1", deadline))
                .hasMessage("Virtual machine did not start: QEMU ended with status 1\n"
                        + "QEMU wrote:\n  qemu: -machine q35: unsupported")
                .asInstanceOf(type(VirtualMachineException.class))
                .satisfies(e -> assertThat(e.logFile()).contains(directory.resolve("qemu.log")));
        assertNothingIsLeft();
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "the emulator is a POSIX shell")
    void anEmulatorThatNeverConnectsIsGivenUpAndKilled() throws Exception {
        assertThatThrownBy(() -> start("exec sleep 1000", Deadline.after(Duration.ofMillis(200))))
                .isInstanceOf(VirtualMachineException.class)
                .hasMessageContaining("Virtual machine did not start: No connection to '")
                .hasMessageContaining("within 200 ms");
        assertNothingIsLeft();
        assertThat(ProcessHandle.current().descendants().filter(ProcessHandle::isAlive))
                .noneMatch(p -> p.info()
                        .arguments()
                        .map(a -> List.of(a).contains("1000"))
                        .orElse(false));
    }

    private void assertNothingIsLeft() throws IOException {
        try (var sockets = Files.list(directory.resolve("sockets"))) {
            assertThat(sockets).isEmpty();
        }
    }

    private void start(String script, Deadline deadline) throws Exception {
        QemuBinary fake = new QemuBinary(
                Architecture.AMD64,
                Path.of("/bin/sh"),
                List.of("/bin/sh", "-c", script, "qemu"),
                Map.of(),
                "10.0.0",
                10,
                true,
                "fake");
        Path sockets = directory.resolve("sockets");
        Files.createDirectories(sockets);
        MachineSpec spec = Machines.spec(Architecture.AMD64, Accelerator.TCG);
        Qemu.start(fake, spec, directory, sockets, deadline).close();
    }
}
