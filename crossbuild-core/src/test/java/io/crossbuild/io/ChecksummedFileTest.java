// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChecksummedFileTest {
    @TempDir
    Path dir;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        Path file = dir.resolve("file");
        ChecksummedFile.write(file, out -> out.writeUTF("before"));
        ChecksummedFile.write(file, out -> out.writeUTF("now"));
        DataInputStream in = ChecksummedFile.read(file, 100);
        assertThat(in.readUTF()).isEqualTo("now");
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void aDamagedFileIsAnError() throws Exception {
        Path file = dir.resolve("file");
        ChecksummedFile.write(file, out -> out.writeUTF("some text"));
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            assertThatThrownBy(() -> ChecksummedFile.read(file, 100)).isInstanceOf(IOException.class);
            Files.write(file, Arrays.copyOf(good, at));
            assertThatThrownBy(() -> ChecksummedFile.read(file, 100)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aFileThatIsTooLongIsNotRead() throws Exception {
        Path file = dir.resolve("file");
        ChecksummedFile.write(file, out -> out.write(new byte[100]));
        assertThat(ChecksummedFile.read(file, 108).readAllBytes()).hasSize(100);
        assertThatThrownBy(() -> ChecksummedFile.read(file, 107))
                .hasMessageContaining("has 108 bytes (expected at most 107)");
    }

    @Test
    void aMissingFileIsDistinguished() {
        assertThatThrownBy(() -> ChecksummedFile.read(dir.resolve("none"), 100))
                .isInstanceOf(NoSuchFileException.class);
    }
}
