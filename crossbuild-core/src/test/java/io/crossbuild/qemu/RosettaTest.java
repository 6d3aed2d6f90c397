// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.qemu;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.PretendedHost;
import io.crossbuild.arch.Architecture;
import io.crossbuild.io.HostOs;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * With a script in place of sysctl. What it prints is from Apple's "About the Rosetta translation environment": 1 in a
 * translated process, 0 in a native one, and an error (ENOENT) where the name is not known.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "sysctl is a POSIX shell script")
class RosettaTest {
    @TempDir
    Path directory;

    @Test
    void aTranslatedJvmIsRecognised() throws Exception {
        Path sysctl = sysctl("[ \"$*\" = '-n sysctl.proc_translated' ] && echo 1");
        assertThat(Rosetta.translates(HostOs.MACOS, Architecture.AMD64, sysctl)).isTrue();
    }

    @Test
    void anIntelProcessorIsOne() throws Exception {
        assertThat(Rosetta.translates(HostOs.MACOS, Architecture.AMD64, sysctl("echo 0")))
                .isFalse();
        assertThat(Rosetta.translates(
                        HostOs.MACOS,
                        Architecture.AMD64,
                        sysctl("echo \"sysctl: unknown oid 'sysctl.proc_translated'\" >&2; exit 1")))
                .isFalse();
        assertThat(Rosetta.translates(HostOs.MACOS, Architecture.AMD64, directory.resolve("none")))
                .isFalse();
    }

    @Test
    void otherJvmsDoNotAsk() throws Exception {
        Path sysctl = sysctl("echo 1");
        assertThat(Rosetta.translates(HostOs.MACOS, Architecture.ARM64, sysctl)).isFalse();
        assertThat(Rosetta.translates(HostOs.LINUX, Architecture.AMD64, sysctl)).isFalse();
    }

    @Test
    void theHostHasTheProcessorsArchitectureNotThatOfTheJvm() throws Exception {
        String before = System.getProperty("os.arch");
        System.setProperty("os.arch", "x86_64");
        try (PretendedHost mac = PretendedHost.of(HostOs.MACOS)) {
            HostSystem translated = HostSystem.ofHost(sysctl("echo 1"));
            assertThat(translated.architecture()).as("%s", mac).contains(Architecture.ARM64);
            assertThat(translated.translated()).isTrue();
            HostSystem intel = HostSystem.ofHost(sysctl("echo 0"));
            assertThat(intel.architecture()).contains(Architecture.AMD64);
            assertThat(intel.translated()).isFalse();
        } finally {
            System.setProperty("os.arch", before);
        }
    }

    private Path sysctl(String body) throws Exception {
        Path script = Files.writeString(directory.resolve("sysctl"), "#!/bin/sh\n" + body + "\n");
        return Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    }
}
