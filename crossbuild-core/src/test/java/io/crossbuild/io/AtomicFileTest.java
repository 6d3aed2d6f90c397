// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path dir;

    @Test
    void contentReplacesWhatWasThere() throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "a long old content");
        AtomicFile.write(file, "new".getBytes(StandardCharsets.UTF_8));
        assertThat(file).hasContent("new");
        assertThat(dir).isDirectoryContaining(p -> p.equals(file)).isDirectoryNotContaining("glob:**/.tmp*");
    }

    @Test
    void aFailedWriteLeavesTheOldContentAndNothingElse() throws Exception {
        Path file = Files.writeString(dir.resolve("f"), "old");
        assertThatThrownBy(() -> AtomicFile.write(file, out -> {
                    out.write(new byte[100_000]);
                    throw new IOException("disk gone");
                }))
                .hasMessage("disk gone");
        assertThat(file).hasContent("old");
        try (var entries = Files.list(dir)) {
            assertThat(entries).containsExactly(file);
        }
    }

    @Test
    void whatAKilledWriteLeftIsRemovedByALaterOne() throws Exception {
        Path left = Files.writeString(dir.resolve(".tmp-1"), "half");
        Files.setLastModifiedTime(left, FileTime.fromMillis(0));
        AtomicFile.write(dir.resolve("f"), new byte[1]);
        assertThat(left).doesNotExist();
    }
}
