// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.Needs;
import io.crossbuild.oracle.Oracles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules of musl's loader that need a separate root file system: its list of directories. */
class MuslRootCasesIT {
    private static final Path MUSL = Path.of("/lib/ld-musl-x86_64.so.1");

    @TempDir
    Path root;

    @TempDir
    static Path work;

    private static Path launcher;
    private Lab lab;

    @BeforeAll
    static void prepare() throws Exception {
        assumeTrue(Files.exists(Lab.GLIBC), "not a machine with glibc for x86-64");
        Path musl = Oracles.muslLoader();
        Needs.that(Files.exists(musl), "no '" + musl + "', so nothing was compared with musl");
        launcher = ChrootSystem.launcher(work);
    }

    @BeforeEach
    void open() throws Exception {
        ChrootSystem system = ChrootSystem.prepare(launcher, root, Oracles.muslLoader(), MUSL);
        Needs.that(system.works(root), "cannot change the root");
        lab = new Lab(root, system);
        for (String directory : new String[] {"lib", "usr/local/lib", "usr/lib", "opt/lib"}) {
            lab.library(directory + "/liba.so").make();
        }
        lab.library("usr/lib/libb.so").make();
        lab.library("usr/local/lib/libb.so").make();
        lab.library("usr/lib/libd.so").make();
        lab.program("prog").needs("liba.so", "libb.so", "libd.so").make();
    }

    private List<String> agreed() throws Exception {
        return lab.agreedWithoutLoader("prog", Map.of());
    }

    @Test
    void theSystemDirectoriesAreBuiltIn() throws Exception {
        assertThat(agreed())
                .containsExactly(
                        "liba.so => /lib/liba.so", "libb.so => /usr/local/lib/libb.so", "libd.so => /usr/lib/libd.so");
    }

    @Test
    void aListOfDirectoriesReplacesThem() throws Exception {
        lab.text("etc/ld-musl-x86_64.path", "/none:/opt/lib\n/usr/lib\n");
        assertThat(agreed())
                .containsExactly(
                        "liba.so => /opt/lib/liba.so", "libb.so => /usr/lib/libb.so", "libd.so => /usr/lib/libd.so");
        assertThat(lab.opened(lab.closure("prog", Map.of()))).contains("/etc/ld-musl-x86_64.path");
    }

    @Test
    void anEmptyListMeansNoDirectories() throws Exception {
        lab.text("etc/ld-musl-x86_64.path", "");
        assertThat(lab.refused("prog")).hasSize(3).allMatch(p -> p.startsWith("MISSING_LIBRARY: "));
    }

    @Test
    void aListThatCannotBeReadMeansNoDirectories() throws Exception {
        lab.directory("etc/ld-musl-x86_64.path");
        assertThat(lab.refused("prog")).hasSize(3);
    }

    @Test
    void emptyElementsArePassedOver() throws Exception {
        lab.library("libe.so").make();
        lab.program("prog").needs("libe.so").runpath("::").make();
        assertThat(lab.refused("prog", Map.of("LD_LIBRARY_PATH", ":"))).hasSize(1);
    }
}
