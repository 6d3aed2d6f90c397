// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.arch.Architecture;
import io.crossbuild.io.HostOs;
import io.crossbuild.qemu.StateTable.Saving;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StateTableTest {
    private static final QemuBinary TEN = Machines.qemu(Architecture.AMD64, 10);

    @ParameterizedTest
    @EnumSource(Accelerator.class)
    void statesAreSavedOnLinuxOnly(Accelerator accelerator) {
        for (HostOs os : HostOs.values()) {
            assertThat(StateTable.saving(os, TEN, accelerator))
                    .as("%s on %s", accelerator, os)
                    .isEqualTo(os == HostOs.LINUX ? Saving.RAM_APART : Saving.NONE);
        }
    }

    @Test
    void theVersionOfQemuCountsToo() {
        assertThat(StateTable.saving(HostOs.LINUX, version("8.1.5", 8), Accelerator.TCG))
                .isEqualTo(Saving.NONE);
        assertThat(StateTable.saving(HostOs.LINUX, version("8.2.0", 8), Accelerator.TCG))
                .isEqualTo(Saving.RAM_APART);
    }

    @Test
    void everyRowSaysWhatIsKnownAndSoDoesTheDocumentation() throws Exception {
        String document = Files.readString(Path.of("../docs/hosts.md")).replaceAll("\\s+", " ");
        assertThat(StateTable.ROWS).allSatisfy(row -> {
            assertThat(row.evidence()).matches("(tried: |read: ).*|unknown");
            assertThat(document).contains(row.evidence());
        });
    }

    private static QemuBinary version(String version, int major) {
        return new QemuBinary(
                TEN.architecture(), TEN.program(), TEN.command(), TEN.env(), version, major, false, version);
    }
}
