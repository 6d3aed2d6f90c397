// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.io.ChecksummedFile;
import io.crossbuild.tree.FileType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StepTraceTest {
    private static final StepTrace TRACE = new StepTrace(new TreeMap<>(Map.of(
            "/", FileType.DIRECTORY,
            "/usr/bin/node", FileType.REGULAR,
            "/na\uDCEFve-ü", FileType.REGULAR,
            "/lib", FileType.SYMLINK)));

    @TempDir
    Path directory;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        TRACE.write(directory, "one");
        StepTrace read = StepTrace.read(directory, "one");
        assertThat(read).isEqualTo(TRACE);
        assertThat(read.files().firstKey()).isEqualTo("/");
    }

    @Test
    void theTraceOfADifferentLayerIsAnError() throws Exception {
        TRACE.write(directory, "one");
        assertThatThrownBy(() -> StepTrace.read(directory, "two"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("is not of this layer");
    }

    @Test
    void aDamagedFileIsAnError() throws Exception {
        TRACE.write(directory, "one");
        Path file = StepTrace.file(directory);
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            assertThatThrownBy(() -> StepTrace.read(directory, "one")).isInstanceOf(IOException.class);
            Files.write(file, Arrays.copyOf(good, at));
            assertThatThrownBy(() -> StepTrace.read(directory, "one")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aPathThatIsNotAbsoluteIsAnError() throws Exception {
        new StepTrace(new TreeMap<>(Map.of("../etc", FileType.REGULAR))).write(directory, "one");
        assertThatThrownBy(() -> StepTrace.read(directory, "one"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("'../etc' (expected an absolute path)");
    }

    @Test
    void aFileThatPromisesMoreThanItHasIsAnError() throws Exception {
        ChecksummedFile.write(StepTrace.file(directory), out -> {
            out.writeLong(0x63_72_6F_73_73_74_72_01L);
            out.writeUTF("one");
            out.writeInt(Integer.MAX_VALUE);
        });
        assertThatThrownBy(() -> StepTrace.read(directory, "one")).isInstanceOf(IOException.class);
    }
}
