// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecursiveDeleteTest {
    @TempDir
    Path dir;

    @Test
    void aLinkIsRemovedButNotItsTarget() throws Exception {
        Path outside = Files.createDirectories(dir.resolve("outside"));
        Path kept = Files.writeString(outside.resolve("kept"), "x");
        Path tree = Files.createDirectories(dir.resolve("tree/deep"));
        Files.createSymbolicLink(tree.resolve("toDirectory"), outside);
        Files.createSymbolicLink(tree.resolve("toFile"), kept);
        Files.createSymbolicLink(tree.resolve("dangling"), Path.of("nowhere"));

        RecursiveDelete.delete(dir.resolve("tree"));

        assertThat(dir.resolve("tree")).doesNotExist();
        assertThat(kept).hasContent("x");
    }

    @Test
    void aLinkGivenAsTheRootIsItselfDeleted() throws Exception {
        Path outside = dir.resolve("outside");
        Files.createDirectories(outside.resolve("sub"));
        Path link = Files.createSymbolicLink(dir.resolve("link"), outside);
        RecursiveDelete.delete(link);
        assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
        assertThat(outside.resolve("sub")).isDirectory();
    }

    @Test
    void directoriesWithoutAnyRightAreNoObstacle() throws Exception {
        assumeTrue(Files.getFileStore(dir).supportsFileAttributeView("posix"));
        Path tree = dir.resolve("tree");
        Path closed = Files.createDirectories(tree.resolve("closed"));
        Files.writeString(closed.resolve("f"), "x");
        Path readOnly = Files.createDirectories(tree.resolve("readOnly"));
        Files.writeString(readOnly.resolve("f"), "x");
        Files.setPosixFilePermissions(readOnly, PosixFilePermissions.fromString("r-xr-xr-x"));
        Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));

        RecursiveDelete.delete(tree);

        assertThat(tree).doesNotExist();
    }

    @Test
    void aMissingDirectoryIsNotAnError() throws Exception {
        RecursiveDelete.delete(dir.resolve("absent"));
        assertThat(dir).isEmptyDirectory();
    }
}
