// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.disk.ext4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadTraceTest {
    @TempDir
    Path dir;

    @Test
    void whatIsWrittenIsRead() throws Exception {
        ReadTrace trace = Traces.of(2, 11, 12, 5000);
        trace.write(dir.resolve("trace"));
        ReadTrace read = ReadTrace.read(dir.resolve("trace"));
        assertThat(Traces.areSame(read, trace)).isTrue();
        assertThat(Traces.areSame(read, Traces.of(2, 11, 12))).isFalse();
        assertThat(read.isComplete()).isTrue();
    }

    @Test
    void aDamagedFileIsAnError() throws Exception {
        Path file = dir.resolve("trace");
        Traces.of(2, 11, 12, 5000).write(file);
        byte[] good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            assertThatThrownBy(() -> ReadTrace.read(file)).isInstanceOf(IOException.class);
            Files.write(file, Arrays.copyOf(good, at));
            assertThatThrownBy(() -> ReadTrace.read(file)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aLargeDiskTakesNoMoreMemoryAndIsReported() {
        assertThat(Traces.ofLargeDisk().isComplete()).isFalse();
        assertThat(Traces.areSame(Traces.ofLargeDisk(), new ReadTrace())).isTrue();
        ReadTrace sum = Traces.of(7);
        sum.addAll(Traces.of(8));
        assertThat(sum.isComplete()).isTrue();
        assertThat(Traces.areSame(sum, Traces.of(7, 8))).isTrue();
        sum.addAll(Traces.ofLargeDisk());
        assertThat(sum.isComplete()).isFalse();
    }
}
