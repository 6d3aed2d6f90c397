// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PackageDatabaseTest {
    private static final String STATUS = """
            Package: libc6
            Status: install ok installed
            Architecture: amd64
            Multi-Arch: same
            Source: glibc
            Version: 2.41-12
            Description: GNU C Library
             Contains the standard libraries.
             Version: not a field

            Package: gone
            Status: deinstall ok config-files
            Architecture: amd64
            Version: 1

            Package: dash
            Status: install ok installed
            Architecture: amd64
            Version: 0.5.12-12

            Package: bash
            Status: install ok installed
            Architecture: amd64
            Source: bash-source (5.2)
            Version: 5.2.37-2+b1
            """;

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static MemoryFileTreeBuilder base() throws Exception {
        return MemoryFileTree.builder()
                .symlink("/lib", "usr/lib")
                .symlink("/bin", "usr/bin")
                .file("/usr/lib/x86_64-linux-gnu/libc.so.6", text("elf"))
                .file("/usr/bin/sh.distrib", text("elf"))
                .file("/usr/bin/sh", text("elf"))
                .file("/var/lib/dpkg/status", text(STATUS))
                .file(
                        "/var/lib/dpkg/info/libc6:amd64.list",
                        text("/.\n/lib\n/lib/x86_64-linux-gnu\n/lib/x86_64-linux-gnu/libc.so.6\n"))
                .file("/var/lib/dpkg/info/gone.list", text("/usr/bin/sh\n"))
                .file("/var/lib/dpkg/info/dash.list", text("/bin/sh\n"))
                .file("/var/lib/dpkg/info/bash.list", text("/bin/sh"))
                .file("/var/lib/dpkg/diversions", text("/bin/sh\n/bin/sh.distrib\ndash\n"));
    }

    @Test
    void aFileIsFoundByItsCanonicalPathAlthoughThePackageNamesAnother() throws Exception {
        PackageDatabase database = PackageDatabase.open(base().build()).orElseThrow();
        InstalledPackage owner = database.owners(List.of("/usr/lib/x86_64-linux-gnu/libc.so.6", "/etc/none"))
                .get("/usr/lib/x86_64-linux-gnu/libc.so.6");
        assertThat(owner).isEqualTo(new InstalledPackage("libc6", "2.41-12", "amd64", "glibc", "2.41-12"));
        assertThat(owner).hasToString("libc6:amd64 2.41-12");
    }

    @Test
    void aDivertedFileBelongsToThePackageThatShipsIt() throws Exception {
        PackageDatabase database = PackageDatabase.open(base().build()).orElseThrow();
        assertThat(database.owners(List.of("/usr/bin/sh", "/usr/bin/sh.distrib")))
                .extractingFromEntries(e -> e.getKey() + " " + e.getValue().name())
                .containsExactly("/usr/bin/sh dash", "/usr/bin/sh.distrib bash");
    }

    @Test
    void theVersionOfTheSourceMayDiffer() throws Exception {
        PackageDatabase database = PackageDatabase.open(base().build()).orElseThrow();
        assertThat(database.packages())
                .filteredOn(p -> p.name().equals("bash"))
                .containsExactly(new InstalledPackage("bash", "5.2.37-2+b1", "amd64", "bash-source", "5.2"));
        assertThat(database.packages()).extracting(InstalledPackage::name).doesNotContain("gone");
    }

    @Test
    void aTreeWithoutADatabaseHasNone() throws Exception {
        assertThat(PackageDatabase.open(MemoryFileTree.builder().build())).isEmpty();
    }

    @Test
    void noDamageGivesAnythingButATypedError() throws Exception {
        Random random = new Random(5);
        for (int i = 0; i < 2000; i++) {
            byte[] status = text(STATUS);
            for (int k = 0; k < 20; k++) {
                status[random.nextInt(status.length)] = (byte) random.nextInt(256);
            }
            MemoryFileTree tree = MemoryFileTree.builder()
                    .file("/var/lib/dpkg/status", status)
                    .file("/var/lib/dpkg/info/dash.list", status)
                    .file("/var/lib/dpkg/diversions", status)
                    .build();
            try {
                PackageDatabase.open(tree).orElseThrow().owners(List.of("/bin/sh"));
            } catch (MalformedInputException e) {
                assertThat(e.input()).isNotEmpty();
            }
        }
    }
}
