// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.environment;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.tree.FileAttributes;
import java.io.BufferedInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RootArchiveTest {
    @TempDir
    Path directory;

    @Test
    void filesOfTopLevelDirectoriesGoBelowUsr() throws Exception {
        List<String> entries = written(out -> {
            out.file("/bin/sh", 0755, "sh");
            out.file("/lib64/ld-linux-x86-64.so.2", 0755, "ld");
            out.file("/usr/bin/env", 0755, "env");
        });

        assertThat(entries)
                .containsSubsequence("./usr/lib64/", "./lib64 -> usr/lib64", "./usr/lib64/ld-linux-x86-64.so.2")
                .contains("./bin -> usr/bin", "./usr/bin/sh", "./usr/bin/env")
                .doesNotContain("./bin/sh", "./lib64/ld-linux-x86-64.so.2");
    }

    @Test
    void aDirectoryOrLinkInPlaceOfAMergedOneIsWrittenOnce() throws Exception {
        List<String> entries = written(out -> {
            out.directory("/lib", FileAttributes.of(0755));
            out.symlink("/sbin", "usr/sbin", FileAttributes.of(0777));
            out.symlink("/lib32", "usr/lib32", FileAttributes.of(0777));
        });

        assertThat(entries)
                .doesNotHaveDuplicates()
                .contains("./lib32 -> usr/lib32")
                .doesNotContain("./lib/");
    }

    @Test
    void aPathIsTakenUnderBothItsNames() throws Exception {
        try (RootArchive out = RootArchive.create(directory.resolve("a.tar"))) {
            out.file("/bin/sh", 0755, "sh");

            assertThat(out.holdsFile("/usr/bin/sh")).isTrue();
            assertThat(out.holdsFile("/bin/sh")).isTrue();
            assertThat(out.holdsFile("/bin")).isFalse();
            assertThat(out.holdsFile("/usr/bin")).isFalse();
        }
    }

    @Test
    void directoriesAboveAFileComeBeforeIt() throws Exception {
        assertThat(written(out -> out.file("/etc/a/b/c", 0644, "")))
                .containsSubsequence("./etc/", "./etc/a/", "./etc/a/b/", "./etc/a/b/c");
    }

    @Test
    void namesThatAreNotUtf8KeepTheirBytes() throws Exception {
        Path file = directory.resolve("b.tar");
        try (RootArchive out = RootArchive.create(file)) {
            out.file("/etc/caf\uDCE9", 0644, "");
        }

        assertThat(Files.readAllBytes(file)).contains('c', 'a', 'f', 0xE9);
    }

    private interface Filling {
        void fill(RootArchive out) throws Exception;
    }

    private List<String> written(Filling filling) throws Exception {
        Path file = directory.resolve("root.tar");
        try (RootArchive out = RootArchive.create(file)) {
            filling.fill(out);
        }
        List<String> entries = new ArrayList<>();
        try (TarArchiveInputStream in =
                new TarArchiveInputStream(new BufferedInputStream(Files.newInputStream(file)), "ISO-8859-1")) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                entries.add(entry.getName() + (entry.isSymbolicLink() ? " -> " + entry.getLinkName() : ""));
            }
        }
        return entries;
    }
}
