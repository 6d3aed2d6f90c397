// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.HostRequirementException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class DiskTroubleTest {
    @Test
    @EnabledOnOs(OS.LINUX)
    void aDeviceThatIsAlwaysFullIsFull() throws Exception {
        try (FileOutputStream full = new FileOutputStream("/dev/full")) {
            IOException e = catchThrowableOfType(IOException.class, () -> full.write(1));
            assertThat(DiskTrouble.in(DiskTrouble.reason(e))).contains(DiskTrouble.FULL);
        }
    }

    @Test
    void theWordsOfSystemsAreUnderstood() {
        assertThat(DiskTrouble.in("No space left on device")).contains(DiskTrouble.FULL);
        assertThat(DiskTrouble.in("There is not enough space on the disk")).contains(DiskTrouble.FULL);
        assertThat(DiskTrouble.in("Disk quota exceeded")).contains(DiskTrouble.QUOTA);
        assertThat(DiskTrouble.in("Read-only file system")).contains(DiskTrouble.READ_ONLY);
        assertThat(DiskTrouble.in("Input/output error")).contains(DiskTrouble.BROKEN);
        assertThat(DiskTrouble.in("Connection reset")).isEmpty();
    }

    @Test
    void aFileWithAMisleadingNameIsNotAFullDisk() {
        FileSystemException e = new FileSystemException("/no space left/quota", null, "Is a directory");
        assertThat(DiskTrouble.in(DiskTrouble.reason(e))).isEmpty();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aFullDiskIsNamedWithThePathEvenIfTheErrorHasNone() throws Exception {
        Path full = Path.of("/dev/full");
        assumeThat(full).exists();
        IOException found = assertThrows(IOException.class, () -> Files.write(full, new byte[1]));
        HostRequirementException failure = DiskTrouble.cannotWrite(full, found);
        assertThat(failure).hasMessage("Cannot write '/dev/full': No space left on device");
        assertThat(failure.advice()).containsExactly(AdviceKey.FREE_SPACE.advice());
    }
}
