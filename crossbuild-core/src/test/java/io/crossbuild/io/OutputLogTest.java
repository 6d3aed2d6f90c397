// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OutputLogTest {
    @TempDir
    Path directory;

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "links need rights there")
    void aLinkInThePlaceOfTheLogIsReplaced() throws Exception {
        Path precious = Files.writeString(directory.resolve("precious"), "mine");
        Path logs = Files.createDirectory(directory.resolve("logs"));
        Files.createSymbolicLink(logs.resolve("build.log"), precious);
        try (OutputLog log = OutputLog.open(logs, "build.log", 1 << 20)) {
            log.line("printed");
        }
        assertThat(precious).hasContent("mine");
        assertThat(Files.isRegularFile(logs.resolve("build.log"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(logs.resolve("build.log")).hasContent("printed");
    }

    @Test
    void aLogThatIsFullEndsAndKeepsTheLastLines() throws Exception {
        try (OutputLog log = OutputLog.open(directory, "build.log", 20)) {
            log.begin("line 1");
            log.line("grüße");
            assertThat(log.isFull()).isFalse();
            log.line("too much");
            log.line("more");
            assertThat(log.isFull()).isTrue();
            log.begin("line 2");
            log.line("last");
            assertThat(log.tail().lines()).containsExactly("last");
        }
        assertThat(directory.resolve("build.log")).hasContent("""
                ==> line 1
                grüße
                ==> This log ends here: it would have more than 20 bytes (expected at most that many)
                """);
    }
}
