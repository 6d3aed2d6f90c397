// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostTraitsTest {
    @TempDir
    private Path root;

    /** If the process were killed during the test, its files would stay. */
    @Test
    void nothingIsMadeAmongExtractedFiles() throws IOException, InterruptedException {
        Files.createDirectory(root.resolve(".crossbuild"));
        try (WatchService watch = root.getFileSystem().newWatchService()) {
            root.register(watch, StandardWatchEventKinds.ENTRY_CREATE);
            HostTraits.of(root);
            Path last = Files.createFile(root.resolve("last"));
            assertThat(events(watch, last.getFileName())).containsExactly(last.getFileName());
        }
        assertThat(root.resolve(".crossbuild")).isEmptyDirectory();
    }

    private static List<Object> events(WatchService watch, Path last) throws InterruptedException {
        List<Object> names = new ArrayList<>();
        while (!names.contains(last)) {
            WatchKey key = watch.take();
            key.pollEvents().stream().map(WatchEvent::context).forEach(names::add);
            key.reset();
        }
        return names;
    }

    @Test
    void whatAKilledProcessLeftIsRemovedLater() throws IOException {
        Path left = Files.createDirectory(root.resolve(".crossbuild-probe123"));
        Files.createFile(left.resolve("a"));
        HostTraits.of(root);
        assertThat(left).as("may be in use").exists();
        Files.setLastModifiedTime(left, FileTime.from(Instant.now().minus(Duration.ofDays(1))));
        HostTraits.of(root.resolve("missing"));
        assertThat(root).isEmptyDirectory();
    }
}
