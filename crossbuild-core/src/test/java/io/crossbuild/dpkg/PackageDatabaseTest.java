// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.dpkg;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.closure.InstalledPackage;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileTree;
import io.crossbuild.tree.MemoryFileTree;
import io.crossbuild.tree.MemoryFileTreeBuilder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

    private static PackageDatabase needing(String... paragraphs) throws Exception {
        StringBuilder status = new StringBuilder();
        for (String paragraph : paragraphs) {
            String[] fields = paragraph.split("; ");
            status.append("Package: ").append(fields[0]).append("\nStatus: install ok installed\nVersion: 1\n");
            status.append("Architecture: ").append(fields[1]).append('\n');
            for (int i = 2; i < fields.length; i++) {
                status.append(fields[i]).append('\n');
            }
            status.append('\n');
        }
        return PackageDatabase.open(MemoryFileTree.builder()
                        .file("/var/lib/dpkg/status", text(status.toString()))
                        .build())
                .orElseThrow();
    }

    private static List<String> needs(PackageDatabase database, String name) {
        InstalledPackage p = database.packages().stream()
                .filter(o -> o.name().equals(name))
                .findFirst()
                .orElseThrow();
        return database.needs(p).stream().map(InstalledPackage::name).toList();
    }

    @Test
    void neededPackagesAreTheInstalledOnesOfBothFieldsWhateverTheVersion() throws Exception {
        PackageDatabase database = needing(
                "own; amd64; Depends: libc6 (>= 2.38), one | two [amd64], gone, python3:any; Pre-Depends: pre (= 1)",
                "libc6; amd64",
                "two; amd64",
                "python3; amd64",
                "pre; all",
                "other; amd64; Recommends: own");
        assertThat(needs(database, "own")).containsExactlyInAnyOrder("pre", "libc6", "two", "python3");
        assertThat(needs(database, "libc6")).isEmpty();
        assertThat(needs(database, "other")).isEmpty();
    }

    @Test
    void aNameThatOthersProvideLeadsToThem() throws Exception {
        PackageDatabase database = needing(
                "own; amd64; Depends: awk, mail-transport-agent",
                "mawk; amd64; Provides: awk (= 1.3), other-awk",
                "gawk; amd64; Provides: awk",
                "exim4; all; Provides: mail-transport-agent");
        assertThat(needs(database, "own")).containsExactly("mawk", "gawk", "exim4");
    }

    @Test
    void aPackageNeedsThoseOfItsOwnArchitectureIfThereAreAny() throws Exception {
        PackageDatabase database =
                needing("own; i386; Depends: libc6, tool", "libc6; amd64", "libc6; i386", "tool; amd64");
        assertThat(needing("own; amd64; Depends: libc6", "libc6; amd64", "libc6; i386")
                        .needs(new InstalledPackage("own", "1", "amd64", "own", "1")))
                .extracting(InstalledPackage::architecture)
                .containsExactly("amd64");
        InstalledPackage own = database.packages().get(0);
        assertThat(database.needs(own))
                .extracting(p -> p.name() + ":" + p.architecture())
                .containsExactly("libc6:i386", "tool:amd64");
    }

    @Test
    void aLongChainOfNeedsTakesNoLongerThanTheFile() throws Exception {
        String[] chain = new String[20_000];
        for (int i = 0; i < chain.length; i++) {
            chain[i] = "p" + i + "; all; Depends: p" + (i + 1) + ", p" + i;
        }
        PackageDatabase database = needing(chain);
        long start = System.nanoTime();
        for (InstalledPackage p : database.packages()) {
            database.needs(p);
        }
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
    }

    @Test
    void filesOfAPackageAreCanonicalAndDiverted() throws Exception {
        PackageDatabase database = PackageDatabase.open(base().build()).orElseThrow();
        assertThat(database.files(database.packages().get(0))).contains("/lib", "/usr/lib/x86_64-linux-gnu/libc.so.6");
        assertThat(database.files(database.packages().get(2))).containsExactly("/usr/bin/sh.distrib");
        assertThat(database.files(new InstalledPackage("none", "1", "all", "none", "1")))
                .isEmpty();
    }

    @Test
    void noDamageGivesAnythingButATypedError() throws Exception {
        Random random = new Random(5);
        for (int i = 0; i < 700; i++) {
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

    @Test
    @Timeout(20)
    void aListThatRepeatsALinkIsNotReadForEachLine() throws Exception {
        FileTree tree = base().file("/var/lib/dpkg/info/dash.list", text("/lib\n".repeat(200_000) + "/lib/x\n"))
                .file("/var/lib/dpkg/info/bash.list", text("/lib\n".repeat(200_000)))
                .build();
        PackageDatabase database = PackageDatabase.open(tree).orElseThrow();
        // Only the last one ships a link.
        assertThat(database.owners(List.of("/lib")))
                .containsOnlyKeys("/lib")
                .hasEntrySatisfying("/lib", owner -> assertThat(owner.name()).isEqualTo("bash"));
    }
}
