// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.MissingFile;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.closure.SonameConflict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Addons that a real program opens with dlopen: each list comes from the process itself. */
class AddonCasesIT {
    /** Opens its arguments and prints the names of all objects in the process. */
    private static final String OPENER = """
            #define _GNU_SOURCE
            #include <dlfcn.h>
            #include <link.h>
            #include <stdio.h>
            static int one(struct dl_phdr_info *info, size_t size, void *data) {
                printf("%s\\n", info->dlpi_name);
                return 0;
            }
            int main(int argc, char **argv) {
                for (int i = 1; i < argc; i++)
                    if (!dlopen(argv[i], RTLD_LAZY)) printf("failed: %s\\n", dlerror());
                dl_iterate_phdr(one, 0);
                return 0;
            }
            """;

    @TempDir
    Path temp;

    private Lab lab;

    @BeforeEach
    void open() throws Exception {
        assumeTrue(Files.exists(Lab.GLIBC), "not a machine with glibc for x86-64");
        lab = Lab.glibc(temp);
    }

    private Lab.ObjectFile opener() {
        return lab.program("prog").withLibc("gcc", OPENER);
    }

    /** The objects that the addon brings into the process, as both report, in order. */
    private List<String> agreed(String addon) throws Exception {
        List<String> without = run();
        List<String> with = new ArrayList<>(run(addon));
        with.removeAll(without);
        Closure closure = lab.closure("prog", Map.of(), addon);
        List<String> found = closure.linkMaps().get(1).objects().stream()
                .map(o -> o.path() == null ? "failed: " + o.name() : o.path())
                .toList();
        assertThat(found).isEqualTo(with);
        assertThat(closure.missing()).isEmpty();
        return lab.relative(found);
    }

    /** What we report as missing when the real program cannot open the addon. */
    private List<String> refused(String addon) throws Exception {
        assertThat(run(addon)).anyMatch(line -> line.startsWith("failed: "));
        return lab.closure("prog", Map.of(), addon).missing().stream()
                .map(MissingFile::name)
                .toList();
    }

    private List<String> run(String... addons) throws Exception {
        List<String> command = new ArrayList<>(List.of(lab.seen("prog")));
        Arrays.stream(addons).map(lab::seen).forEach(command::add);
        return List.of(Lab.execute(command).split("\n"));
    }

    @Test
    void aSonameOfTheProgramIsReusedRegardlessOfTheAddon() throws Exception {
        lab.library("main/liba.so.1").soname("liba.so.1").make();
        lab.library("addon/liba.so.1").soname("liba.so.1").make();
        lab.library("addon/x.node").needs("liba.so.1").runpath("$ORIGIN").make();
        opener().needs("liba.so.1").runpath("@/main").make();
        assertThat(agreed("addon/x.node")).containsExactly("addon/x.node");
    }

    @Test
    void aLibraryThatTheProgramOpensFirstIsFoundByItsSoname() throws Exception {
        lab.library("home/server/libjvm.so.real").soname("libjvm.so").make();
        lab.library("home/libjava.so").needs("libjvm.so").make();
        opener().make();
        assertThat(refused("home/libjava.so")).containsExactly("libjvm.so");
        assertThat(run("home/server/libjvm.so.real", "home/libjava.so")).noneMatch(line -> line.startsWith("failed: "));
        Closure closure = lab.closure("prog", Map.of(), "home/libjava.so", "home/server/libjvm.so.real");
        assertThat(closure.missing()).isEmpty();
        assertThat(closure.problems()).isEmpty();
        assertThat(closure.provided()).singleElement().satisfies(p -> {
            assertThat(p.name()).isEqualTo("libjvm.so");
            assertThat(p.provider()).endsWith("home/server/libjvm.so.real");
        });
    }

    @Test
    void anAddonFindsItsOwnLibrariesByItsRunpath() throws Exception {
        lab.library("lib/liba.so").needs("libb.so").runpath("$ORIGIN").make();
        lab.library("lib/libb.so").make();
        lab.library("addon/x.node").needs("liba.so").runpath("$ORIGIN/../lib").make();
        opener().make();
        assertThat(agreed("addon/x.node"))
                .containsExactly("addon/x.node", "addon/../lib/liba.so", "addon/../lib/libb.so");
    }

    @Test
    void theRpathOfTheProgramCountsForAnAddon() throws Exception {
        lab.library("main/liba.so").make();
        lab.library("addon/x.node").needs("liba.so").make();
        opener().rpath("@/main").make();
        assertThat(agreed("addon/x.node")).containsExactly("addon/x.node", "main/liba.so");
    }

    @Test
    void theRunpathOfTheProgramDoesNot() throws Exception {
        lab.library("main/liba.so").make();
        lab.library("addon/x.node").needs("liba.so").make();
        opener().runpath("@/main").make();
        assertThat(refused("addon/x.node")).containsExactly("liba.so");
    }

    @Test
    void aRunpathInTheAddonBlocksTheRpathOfTheProgram() throws Exception {
        lab.library("main/liba.so").make();
        lab.library("addon/x.node").needs("liba.so").runpath("@/none").make();
        opener().rpath("@/main").make();
        assertThat(refused("addon/x.node")).containsExactly("liba.so");
    }

    @Test
    void theRpathOfTheAddonIsInheritedByItsLibraries() throws Exception {
        lab.library("addon/liba.so").needs("libb.so").make();
        lab.library("addon/libb.so").make();
        lab.library("addon/x.node").needs("liba.so").rpath("$ORIGIN").make();
        opener().make();
        assertThat(agreed("addon/x.node")).containsExactly("addon/x.node", "addon/liba.so", "addon/libb.so");
    }

    @Test
    void anAddonThatIsALibraryOfTheProgramBringsNothing() throws Exception {
        lab.library("main/liba.so").make();
        lab.link("addon/x.node", "../main/liba.so");
        opener().needs("liba.so").runpath("@/main").make();
        assertThat(agreed("addon/x.node")).isEmpty();
    }

    @Test
    void twoAddonsWithDifferentFilesOfOneNameAreAConflict() throws Exception {
        for (String package_ : new String[] {"one", "two"}) {
            lab.library(package_ + "/liba.so.1").soname("liba.so.1").make();
            lab.library(package_ + "/x.node")
                    .needs("liba.so.1")
                    .runpath("$ORIGIN")
                    .make();
        }
        opener().make();
        assertThat(agreed("one/x.node")).containsExactly("one/x.node", "one/liba.so.1");
        assertThat(agreed("two/x.node")).containsExactly("two/x.node", "two/liba.so.1");
        assertThat(run("one/x.node", "two/x.node")).doesNotContain(lab.seen("two/liba.so.1"));
        Closure closure = lab.closure("prog", Map.of(), "one/x.node", "two/x.node");
        assertThat(lab.opened(closure)).contains("one/liba.so.1", "two/liba.so.1");
        assertThat(closure.conflicts()).singleElement().satisfies(c -> {
            assertThat(c.name()).isEqualTo("liba.so.1");
            assertThat(c.paths())
                    .extracting(SonameConflict.Candidate::path)
                    .containsExactly(lab.seen("one/liba.so.1"), lab.seen("two/liba.so.1"));
        });
    }

    @Test
    void aLibraryThatOnlyItsUserCanLoadIsNoProblemAsAnAddon() throws Exception {
        lab.library("libs/liba.so").needs("libb.so").make();
        lab.library("libs/libb.so").make();
        lab.library("x.node").needs("liba.so").rpath("@/libs").make();
        opener().make();
        assertThat(run("libs/liba.so")).anyMatch(line -> line.startsWith("failed: "));
        assertThat(lab.closure("prog", Map.of(), "libs/liba.so").missing()).hasSize(1);
        assertThat(lab.closure("prog", Map.of(), "x.node", "libs/liba.so", "libs/libb.so")
                        .missing())
                .isEmpty();
    }

    @Test
    void filesForOtherSystemsAreSkipped() throws Exception {
        lab.library("arm64/x.node").make();
        lab.patch("arm64/x.node", 18, 183);
        lab.library("ia32/x.node").option("-m32").make();
        lab.library("musl/x.node").needs("libc.musl-x86_64.so.1").make();
        lab.text("text/x.node", "not a library");
        opener().make();
        Closure closure = lab.closure("prog", Map.of(), "arm64/x.node", "ia32/x.node", "musl/x.node", "text/x.node");
        assertThat(closure.problems()).isEmpty();
        assertThat(closure.skipped())
                .extracting(SkippedFile::cause)
                .containsExactly(
                        SkippedFile.Cause.OTHER_MACHINE,
                        SkippedFile.Cause.OTHER_MACHINE,
                        SkippedFile.Cause.OTHER_LIBC,
                        SkippedFile.Cause.NOT_LOADABLE);
    }
}
