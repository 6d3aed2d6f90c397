// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class LeftoversTest {
    @TempDir
    private Path directory;

    private static void makeOld(Path path) throws IOException {
        FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(1)));
        Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                .setTimes(old, old, null);
    }

    @Test
    void onlyOldOnesWithThePrefixAreRemoved() throws IOException {
        Path old = Files.createDirectory(directory.resolve(".tmp-old"));
        Files.createFile(old.resolve("content"));
        Path other = Files.createFile(directory.resolve("other"));
        Path inUse = Files.createFile(directory.resolve(".tmp-new"));
        makeOld(old);
        makeOld(other);
        Leftovers.sweep(directory, ".tmp-");
        assertThat(directory.toFile().listFiles()).containsExactlyInAnyOrder(other.toFile(), inUse.toFile());
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLinkIsRemovedButNotWhatItLeadsTo() throws IOException {
        Path target = Files.createDirectory(directory.resolve("target"));
        Path inTarget = Files.createFile(target.resolve("file"));
        Files.createDirectory(directory.resolve("swept"));
        Path link = Files.createSymbolicLink(directory.resolve("swept/.tmp-link"), target);
        makeOld(link);
        Leftovers.sweep(directory.resolve("swept"), ".tmp-");
        assertThat(link).doesNotExist();
        assertThat(inTarget).exists();
    }

    @Test
    void aMissingDirectoryHasNone() {
        Leftovers.sweep(directory.resolve("missing"), ".tmp-");
        assertThat(directory).isEmptyDirectory();
    }
}
