// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.Needs;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.oracle.Oracles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One directory for each rule of musl's loader; the real loader prints the same list in each case. */
class MuslCasesIT {
    @TempDir
    Path temp;

    private Path musl;
    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.exists(Lab.GLIBC), "not a machine with glibc for x86-64");
        musl = Oracles.muslLoader();
        Needs.that(Files.exists(musl), "no '" + musl + "', so nothing was compared with musl");
        lab = new Lab(temp, new Lab.RealSystem() {
            @Override
            public String prefix(Path directory) {
                return directory.toString();
            }

            @Override
            public Path tree(Path directory) {
                return Path.of("/");
            }

            @Override
            public String interpreter() {
                return musl.toString();
            }

            @Override
            public RealLoader.Answer list(Path directory, String program, Map<String, String> environment)
                    throws IOException, InterruptedException {
                Map<String, String> own = new TreeMap<>(environment);
                own.remove("LD_DEBUG");
                List<String> command = List.of(
                        musl.toString(), "--list", directory.resolve(program).toString());
                return RealLoader.run(command, own, musl);
            }
        });
    }

    /** What the program loads as both report; the loader uses a different name for the C library itself. */
    private List<String> agreed(String program, Map<String, String> environment) throws Exception {
        return lab.agreedWithoutLoader(program, environment);
    }

    private List<String> agreed(String program) throws Exception {
        return agreed(program, Map.of());
    }

    @Test
    void runpathIsInheritedAsRpathIs() throws Exception {
        lab.library("d/liba.so").needs("libb.so").make();
        lab.library("d/libb.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(agreed("prog")).containsExactly("liba.so => d/liba.so", "libb.so => d/libb.so");
    }

    @Test
    void theLibraryPathGoesBeforeRpath() throws Exception {
        lab.library("d/liba.so").make();
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(agreed("prog", Map.of("LD_LIBRARY_PATH", "@/e"))).containsExactly("liba.so => e/liba.so");
    }

    @Test
    void theRunpathOfTheLibraryGoesBeforeThatOfTheProgram() throws Exception {
        lab.library("d/liba.so").needs("libb.so").runpath("@/e").make();
        lab.library("d/libb.so").make();
        lab.library("e/libb.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(agreed("prog")).containsExactly("liba.so => d/liba.so", "libb.so => e/libb.so");
    }

    @Test
    void loadingIsBreadthFirst() throws Exception {
        lab.library("d/liba.so").needs("libx.so").runpath("@/d1").make();
        lab.library("d1/libx.so").make();
        lab.library("d2/libx.so").make();
        lab.program("prog").needs("liba.so", "libx.so").runpath("@/d:@/d2").make();
        assertThat(agreed("prog")).containsExactly("liba.so => d/liba.so", "libx.so => d2/libx.so");
    }

    @Test
    void theSonamePlaysNoPart() throws Exception {
        lab.library("d/libother.so").soname("libx.so.1").make();
        lab.library("d/liba.so").needs("libx.so.1").runpath("@/e").make();
        lab.library("e/libx.so.1").make();
        lab.program("prog").needs("libother.so", "liba.so").runpath("@/d").make();
        assertThat(agreed("prog"))
                .containsExactly("libother.so => d/libother.so", "liba.so => d/liba.so", "libx.so.1 => e/libx.so.1");
    }

    @Test
    void aNameFoundBeforeIsReused() throws Exception {
        lab.library("d/liba.so").needs("libx.so").runpath("@/e").make();
        lab.library("d/libx.so").make();
        lab.library("e/libx.so").make();
        lab.program("prog").needs("libx.so", "liba.so").runpath("@/d").make();
        assertThat(agreed("prog")).containsExactly("libx.so => d/libx.so", "liba.so => d/liba.so");
    }

    @Test
    void twoLinksToOneFileAreOneObject() throws Exception {
        lab.library("d/libr.so.1.0").make();
        lab.link("d/liba.so", "libr.so.1.0");
        lab.link("d/libb.so", "libr.so.1.0");
        lab.program("prog").needs("liba.so", "libb.so").runpath("@/d").make();
        assertThat(agreed("prog")).containsExactly("liba.so => d/liba.so");
        assertThat(lab.opened(lab.closure("prog", Map.of()))).contains("d/liba.so", "d/libb.so");
    }

    @Test
    void anObjectOpenedByPathHasNoNameUntilASearchFindsIt() throws Exception {
        lab.library("d/liba.so").make();
        lab.library("d/libb.so").needs("liba.so").runpath("@/e").make();
        lab.library("e/liba.so").make();
        lab.program("prog").needs("@/d/liba.so", "libb.so").runpath("@/d").make();
        assertThat(agreed("prog"))
                .containsExactly("d/liba.so => d/liba.so", "libb.so => d/libb.so", "liba.so => e/liba.so");
    }

    @Test
    void reservedNamesMeanTheLoader() throws Exception {
        for (String name : new String[] {"libc.so", "libm.so.6", "libpthread.so.0", "libc.musl-x86_64.so.1"}) {
            lab.library("d/" + name).make();
        }
        lab.library("d/libcrypt.so.1").make();
        lab.program("prog")
                .needs("libc.so", "libm.so.6", "libpthread.so.0", "libc.musl-x86_64.so.1", "libcrypt.so.1")
                .runpath("@/d")
                .make();
        assertThat(agreed("prog")).containsExactly("libcrypt.so.1 => d/libcrypt.so.1");
    }

    @Test
    void aLibraryOfTheOtherWordSizeEndsTheSearch() throws Exception {
        lab.library("d/liba.so").option("-m32").make();
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().startsWith("NOT_LOADABLE: ");
    }

    @Test
    void aTextFileEndsTheSearch() throws Exception {
        lab.text("d/liba.so", "INPUT(liba.so.1) /* a linker script, long enough to be read as an ELF header */\n");
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().startsWith("NOT_LOADABLE: ");
    }

    @Test
    void anUnknownTokenVoidsTheWholeList() throws Exception {
        lab.library("d/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/$LIB").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().startsWith("MISSING_LIBRARY: ");
    }

    @Test
    void theOriginIsReplaced() throws Exception {
        lab.library("lib/liba.so").needs("libb.so").runpath("${ORIGIN}/sub").make();
        lab.library("lib/sub/libb.so").make();
        lab.program("bin/prog").needs("liba.so").runpath("$ORIGIN/../lib").make();
        assertThat(agreed("bin/prog"))
                .containsExactly("liba.so => bin/../lib/liba.so", "libb.so => bin/../lib/sub/libb.so");
    }

    @Test
    void preloadedLibrariesComeFirstAndFindTheirOwnWay() throws Exception {
        lab.library("d/libp.so").needs("libq.so").runpath("$ORIGIN").make();
        lab.library("d/libq.so").make();
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/e").make();
        assertThat(agreed("prog", Map.of("LD_PRELOAD", "@/d/libp.so")))
                .containsExactly("d/libp.so => d/libp.so", "liba.so => e/liba.so", "libq.so => d/libq.so");
    }

    @Test
    void capabilitySubdirectoriesAndSystemCachePlayNoPart() throws Exception {
        lab.library("d/liba.so").make();
        lab.library("d/glibc-hwcaps/x86-64-v2/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(agreed("prog")).containsExactly("liba.so => d/liba.so");
    }

    @Test
    void aRealProgramOfMusl() throws Exception {
        lab.library("d/liba.so")
                .withLibc("musl-gcc", "#include <stdio.h>\nvoid f(void) { puts(\"f\"); }")
                .make();
        lab.program("prog")
                .withLibc("musl-gcc", "int main(void) { return 0; }")
                .needs("liba.so")
                .runpath("@/d")
                .make();
        assertThat(agreed("prog")).containsExactly("liba.so => d/liba.so");
        assertThat(lab.closure("prog", Map.of()).files())
                .extracting(OpenedFile::path)
                .contains(musl.toString());
    }
}
