// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.StartProblem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One directory for each rule of glibc's loader; the real loader prints the same list in each case. */
class GlibcCasesIT {
    @TempDir
    Path temp;

    private Lab lab;

    @BeforeAll
    static void needsAMachineWithGlibc() {
        assumeTrue(Files.exists(Lab.GLIBC), "not a machine with glibc for x86-64");
    }

    @BeforeEach
    void open() throws Exception {
        lab = Lab.glibc(temp);
    }

    // Search paths of objects

    @Test
    void runpathOfTheExecutableIsNotInherited() throws Exception {
        lab.library("d/liba.so").needs("libb.so").make();
        lab.library("d/libb.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so", "libb.so => not found");
    }

    @Test
    void rpathOfTheExecutableIsInherited() throws Exception {
        lab.library("d/liba.so").needs("libb.so").make();
        lab.library("d/libb.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so", "libb.so => d/libb.so");
    }

    @Test
    void rpathOfALibraryInBetweenIsInherited() throws Exception {
        lab.library("d/liba.so").needs("libb.so").rpath("@/e").make();
        lab.library("e/libb.so").needs("libc1.so").make();
        lab.library("e/libc1.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog"))
                .containsExactly("liba.so => d/liba.so", "libb.so => e/libb.so", "libc1.so => e/libc1.so");
    }

    @Test
    void theNearestRpathGoesFirst() throws Exception {
        lab.library("d/liba.so").needs("libb.so").rpath("@/e").make();
        lab.library("d/libb.so").make();
        lab.library("e/libb.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so", "libb.so => e/libb.so");
    }

    @Test
    void rpathIsIgnoredNextToRunpath() throws Exception {
        lab.library("d/liba.so").make();
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").rpath("@/dddddddd").make();
        addRunpath("prog", "dddddddd");
        assertThat(lab.agreed("prog")).containsExactly("liba.so => not found");
    }

    @Test
    void anEmptyRunpathBlocksTheRpathOfAncestors() throws Exception {
        lab.library("d/liba.so").needs("libb.so").runpath("@/x").make();
        lab.library("d/libb.so").make();
        emptyString("d/liba.so", lab.seen("x"));
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so", "libb.so => not found");
    }

    @Test
    void rpathOfAnAncestorWithRunpathIsDropped() throws Exception {
        lab.library("d/liba.so").needs("libb.so").rpath("@/e").make();
        lab.library("e/libb.so").needs("libd.so").runpath("@/f").make();
        lab.library("e/libd.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog"))
                .containsExactly("liba.so => d/liba.so", "libb.so => e/libb.so", "libd.so => not found");
    }

    @Test
    void rpathGoesBeforeTheLibraryPath() throws Exception {
        lab.library("d/liba.so").make();
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog", Map.of("LD_LIBRARY_PATH", "@/e"))).containsExactly("liba.so => d/liba.so");
    }

    @Test
    void theLibraryPathGoesBeforeRunpath() throws Exception {
        lab.library("d/liba.so").make();
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.agreed("prog", Map.of("LD_LIBRARY_PATH", "@/e"))).containsExactly("liba.so => e/liba.so");
    }

    @Test
    void theLibraryPathIsSplitAtSemicolonsToo() throws Exception {
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").make();
        assertThat(lab.agreed("prog", Map.of("LD_LIBRARY_PATH", "@/none;@/e"))).containsExactly("liba.so => e/liba.so");
    }

    @Test
    void rpathIsNotSplitAtSemicolons() throws Exception {
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").rpath("@/none;@/e").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => not found");
    }

    @Test
    void slashesAtTheEndOfADirectoryAreDroppedAndThoseInsideStay() throws Exception {
        lab.library("d/e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d//e///").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d//e/liba.so");
    }

    @Test
    void aDirectoryThatIsAFileIsPassedOver() throws Exception {
        lab.text("file", "text");
        lab.library("d/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/file:@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so");
    }

    // Order and identity

    @Test
    void loadingIsBreadthFirst() throws Exception {
        lab.library("d/liba.so").needs("libx.so").runpath("@/d1").make();
        lab.library("d1/libx.so").make();
        lab.library("d2/libx.so").make();
        lab.program("prog").needs("liba.so", "libx.so").runpath("@/d:@/d2").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so", "libx.so => d2/libx.so");
    }

    @Test
    void aLoadedSonameIsReused() throws Exception {
        lab.library("d/libother.so").soname("libx.so.1").make();
        lab.library("d/liba.so").needs("libx.so.1").runpath("@/e").make();
        lab.library("e/libx.so.1").make();
        lab.program("prog").needs("libother.so", "liba.so").runpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("libother.so => d/libother.so", "liba.so => d/liba.so");
    }

    @Test
    void twoLinksToOneFileAreOneObjectButBothAreOpened() throws Exception {
        lab.library("d/libr.so.1.0").make();
        lab.link("d/liba.so", "libr.so.1.0");
        lab.link("d/libb.so", "libr.so.1.0");
        lab.program("prog").needs("liba.so", "libb.so").runpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so");
        Closure closure = lab.closure("prog", Map.of());
        assertThat(lab.opened(closure)).contains("d/liba.so", "d/libb.so");
        assertThat(lab.relative(closure.files().stream()
                        .flatMap(f -> f.links().stream())
                        .toList()))
                .contains("d/liba.so", "d/libb.so");
    }

    @Test
    void twoHardLinksToOneFileAreOneObject() throws Exception {
        lab.library("d/liba.so").make();
        lab.hardLink("e/libb.so", "d/liba.so");
        lab.program("prog").needs("liba.so", "libb.so").runpath("@/d:@/e").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so");
        assertThat(lab.opened(lab.closure("prog", Map.of()))).contains("d/liba.so", "e/libb.so");
    }

    @Test
    void twoLibrariesMayNeedEachOther() throws Exception {
        lab.library("d/liba.so").needs("libb.so").make();
        lab.library("d/libb.so").needs("liba.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so", "libb.so => d/libb.so");
    }

    @Test
    void aNameThatWasNotFoundIsSearchedAgainForTheNextRequester() throws Exception {
        lab.library("d/liba.so").needs("libx.so").make();
        lab.library("d/libb.so").needs("libx.so").runpath("@/e").make();
        lab.library("e/libx.so").make();
        lab.program("prog").needs("liba.so", "libb.so").runpath("@/d").make();
        assertThat(lab.agreed("prog"))
                .containsExactly(
                        "liba.so => d/liba.so", "libb.so => d/libb.so", "libx.so => not found", "libx.so => e/libx.so");
    }

    @Test
    void theLoaderItselfIsNeverSearched() throws Exception {
        lab.library("d/ld-linux-x86-64.so.2").make();
        lab.program("prog").needs("ld-linux-x86-64.so.2").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("loader");
    }

    @Test
    void aLibraryThatNeedsTheSonameOfTheProgramGetsTheProgram() throws Exception {
        lab.library("d/liba.so").needs("libprog.so").make();
        lab.library("d/libprog.so").make();
        lab.program("prog").soname("libprog.so").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so");
    }

    @Test
    void theVdsoNeedsNoFile() throws Exception {
        lab.library("d/liba.so").needs("linux-vdso.so.1").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so");
    }

    // Names with a slash, and tokens

    @Test
    void aNameWithASlashIsOpenedAsItIs() throws Exception {
        lab.library("d/liba.so").make();
        lab.program("prog").needs("@/d/liba.so").make();
        assertThat(lab.agreed("prog")).containsExactly("d/liba.so => d/liba.so");
    }

    @Test
    void theOriginOfTheProgramHasNoLinks() throws Exception {
        lab.library("real/lib/liba.so").make();
        lab.program("real/bin/prog").needs("liba.so").runpath("$ORIGIN/../lib").make();
        lab.link("bin/prog", "../real/bin/prog");
        assertThat(lab.agreed("bin/prog")).containsExactly("liba.so => real/bin/../lib/liba.so");
    }

    @Test
    void theOriginOfALibraryIsItsDirectoryAsItWasFound() throws Exception {
        lab.library("real/liba.so").needs("libb.so").runpath("$ORIGIN/sub").make();
        lab.library("real/sub/libb.so").make();
        lab.link("found", "real");
        lab.program("prog").needs("liba.so").runpath("@/found").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => found/liba.so", "libb.so => found/sub/libb.so");
    }

    @Test
    void theOriginOfALinkedLibraryIsTheDirectoryOfTheLink() throws Exception {
        lab.library("store/liba.so").needs("libb.so").runpath("$ORIGIN").make();
        lab.library("store/libb.so").make();
        lab.link("found/liba.so", "../store/liba.so");
        lab.program("prog").needs("liba.so").runpath("@/found").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => found/liba.so", "libb.so => not found");
    }

    @Test
    void tokensMayHaveBraces() throws Exception {
        lab.library("lib/liba.so").make();
        lab.program("bin/prog").needs("liba.so").runpath("${ORIGIN}/../lib").make();
        assertThat(lab.agreed("bin/prog")).containsExactly("liba.so => bin/../lib/liba.so");
    }

    @Test
    void theTokenForTheLibraryDirectoryIsThatOfTheLoader() throws Exception {
        lab.library("lib/x86_64-linux-gnu/liba.so").make();
        lab.library("lib/liba.so").make();
        lab.library("lib64/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/$LIB").make();
        assertThat(lab.agreed("prog")).hasSize(1).first().asString().startsWith("liba.so => lib");
    }

    @Test
    void theTokenForThePlatformIsThatOfTheProcessor() throws Exception {
        for (String platform : new String[] {"haswell", "x86_64", "xeon_phi"}) {
            lab.library(platform + "/liba.so").make();
        }
        lab.program("prog").needs("liba.so").runpath("@/$PLATFORM").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => " + lab.cpu().platform() + "/liba.so");
    }

    @Test
    void whatOnlyLooksLikeATokenStays() throws Exception {
        lab.library("$ORIGINAL/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/$ORIGINAL").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => $ORIGINAL/liba.so");
    }

    @Test
    void tokensInNeededNamesAreReplaced() throws Exception {
        lab.library("lib/liba.so").make();
        lab.program("bin/prog").needs("$ORIGIN/../lib/liba.so").make();
        assertThat(lab.agreed("bin/prog")).containsExactly("bin/../lib/liba.so => bin/../lib/liba.so");
    }

    @Test
    void tokensInTheLibraryPathMeanTheProgram() throws Exception {
        lab.library("bin/sub/liba.so").needs("libb.so").make();
        lab.library("bin/sub/libb.so").make();
        lab.program("bin/prog").needs("liba.so").make();
        assertThat(lab.agreed("bin/prog", Map.of("LD_LIBRARY_PATH", "$ORIGIN/sub")))
                .containsExactly("liba.so => bin/sub/liba.so", "libb.so => bin/sub/libb.so");
    }

    // Which files are taken

    @Test
    void aLibraryOfTheOtherWordSizeIsPassedOver() throws Exception {
        lab.library("d/liba.so").option("-m32").make();
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => e/liba.so");
    }

    @Test
    void aLibraryOfTheOtherWordSizeAloneIsAProblem() throws Exception {
        lab.library("d/liba.so").option("-m32").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => not found");
        assertThat(lab.closure("prog", Map.of()).problems())
                .extracting(StartProblem::kind)
                .containsExactly(StartProblem.Kind.WRONG_ARCHITECTURE);
    }

    @Test
    void aLibraryForAnotherMachineIsPassedOver() throws Exception {
        lab.library("d/liba.so").make();
        lab.patch("d/liba.so", 18, 183);
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => e/liba.so");
    }

    @Test
    void aTextFileEndsTheSearch() throws Exception {
        lab.text("d/liba.so", "INPUT(liba.so.1) /* a linker script, long enough to be read as an ELF header */\n");
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.refused("prog"))
                .containsExactly("NOT_LOADABLE: Cannot load 'liba.so' for 'prog': 'd/liba.so' is not a library for it: "
                        + "no ELF magic number (expected 7f 45 4c 46)");
    }

    @Test
    void anEmptyFileEndsTheSearch() throws Exception {
        lab.text("d/liba.so", "");
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().startsWith("NOT_LOADABLE: ");
    }

    @Test
    void aDirectoryInTheNameOfALibraryEndsTheSearch() throws Exception {
        lab.directory("d/liba.so");
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.refused("prog"))
                .containsExactly("NOT_LOADABLE: Cannot load 'liba.so' for 'prog': 'd/liba.so' is not a library for it: "
                        + "not a regular file (expected a shared object)");
    }

    @Test
    void theOtherByteOrderEndsTheSearch() throws Exception {
        lab.library("d/liba.so").make();
        lab.patch("d/liba.so", 5, 2);
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().contains("NOT_LOADABLE", "BIG_ENDIAN");
    }

    @Test
    void anUnknownOsAbiEndsTheSearch() throws Exception {
        lab.library("d/liba.so").make();
        lab.patch("d/liba.so", 7, 9);
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().contains("NOT_LOADABLE", "OS ABI 9");
    }

    @Test
    void theGnuOsAbiIsTaken() throws Exception {
        lab.library("d/liba.so").make();
        lab.patch("d/liba.so", 7, 3);
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so");
    }

    @Test
    void nonzeroPaddingEndsTheSearch() throws Exception {
        lab.library("d/liba.so").make();
        lab.patch("d/liba.so", 12, 1);
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().contains("NOT_LOADABLE", "padding");
    }

    @Test
    void anObjectFileEndsTheSearch() throws Exception {
        lab.library("d/liba.so").make();
        lab.patch("d/liba.so", 16, 1);
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().contains("NOT_LOADABLE", "ELF type 1");
    }

    @Test
    void aPositionIndependentProgramIsNotALibrary() throws Exception {
        lab.program("d/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().contains("NOT_LOADABLE", "program");
    }

    @Test
    void aProgramAtAFixedAddressIsNotALibrary() throws Exception {
        lab.program("d/liba.so").option("-no-pie").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.refused("prog")).hasSize(1).first().asString().contains("NOT_LOADABLE", "fixed address");
    }

    @Test
    void aFileWithoutSectionHeadersIsTaken() throws Exception {
        lab.library("d/liba.so").needs("libb.so").make();
        lab.library("d/libb.so").make();
        for (int i = 0; i < 8; i++) {
            lab.patch("d/liba.so", 40 + i, 0);
        }
        lab.patch("d/liba.so", 60, 0);
        lab.patch("d/liba.so", 62, 0);
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => d/liba.so", "libb.so => d/libb.so");
    }

    @Test
    void aDanglingLinkIsPassedOver() throws Exception {
        lab.link("d/liba.so", "gone.so");
        lab.library("e/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d:@/e").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => e/liba.so");
    }

    @Test
    void aLinkLoopEndsItsListOfDirectoriesButNotTheSearch() throws Exception {
        lab.link("d/liba.so", "liba.so");
        lab.library("e/liba.so").make();
        lab.library("f/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/f").make();
        assertThat(lab.agreed("prog", Map.of("LD_LIBRARY_PATH", "@/d:@/e"))).containsExactly("liba.so => f/liba.so");
    }

    // Other tags

    @Test
    void anAuxiliaryLibraryComesBeforeTheObjectThatNamesIt() throws Exception {
        lab.library("d/libf.so").option("-Wl,--auxiliary,libaux.so").make();
        lab.library("d/libaux.so").needs("libdeep.so").make();
        lab.library("d/libdeep.so").make();
        lab.library("d/libz1.so").make();
        lab.program("prog").needs("libf.so", "libz1.so").rpath("@/d").make();
        assertThat(lab.agreed("prog"))
                .containsExactly(
                        "libaux.so => d/libaux.so",
                        "libf.so => d/libf.so",
                        "libz1.so => d/libz1.so",
                        "libdeep.so => d/libdeep.so");
    }

    @Test
    void aMissingAuxiliaryLibraryIsIgnored() throws Exception {
        lab.library("d/libf.so").option("-Wl,--auxiliary,libaux.so").make();
        lab.program("prog").needs("libf.so").rpath("@/d").make();
        // Only in trace mode the loader lists it as not found.
        Closure closure = lab.closure("prog", Map.of());
        assertThat(closure.problems()).isEmpty();
        assertThat(lab.opened(closure)).contains("d/libf.so");
    }

    @Test
    void aFilterLibraryIsLoadedToo() throws Exception {
        lab.library("d/libf.so").option("-Wl,--filter,libimpl.so").make();
        lab.library("d/libimpl.so").make();
        lab.program("prog").needs("libf.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("libimpl.so => d/libimpl.so", "libf.so => d/libf.so");
    }

    @Test
    void aLibraryAlreadyLoadedMovesBeforeTheObjectThatFiltersIt() throws Exception {
        lab.library("d/libf.so").option("-Wl,--filter,libimpl.so").make();
        lab.library("d/libimpl.so").make();
        lab.program("prog").needs("libf.so", "libimpl.so").rpath("@/d").make();
        assertThat(lab.agreed("prog")).containsExactly("libimpl.so => d/libimpl.so", "libf.so => d/libf.so");
    }

    @Test
    void anObjectMayExcludeTheSystemDirectories() throws Exception {
        lab.program("prog").needs("libc.so.6").option("-Wl,-z,nodefaultlib").make();
        assertThat(lab.agreed("prog")).containsExactly("libc.so.6 => not found");
        assertThat(lab.closure("prog", Map.of()).whyNot("libc.so.6"))
                .extracting(ProbedPath::refusal)
                .contains(ProbedPath.Refusal.EXCLUDED);
    }

    // Preloading

    @Test
    void preloadedLibrariesComeFirst() throws Exception {
        lab.library("d/libp.so").needs("libq.so").make();
        lab.library("d/libq.so").make();
        lab.library("d/liba.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog", Map.of("LD_PRELOAD", "@/d/libp.so")))
                .containsExactly("d/libp.so => d/libp.so", "liba.so => d/liba.so", "libq.so => d/libq.so");
    }

    @Test
    void preloadedNamesAreSearchedForAndMissingOnesIgnored() throws Exception {
        lab.library("d/libp.so").make();
        lab.library("d/liba.so").make();
        lab.program("prog").needs("liba.so").rpath("@/d").make();
        assertThat(lab.agreed("prog", Map.of("LD_PRELOAD", "none.so libp.so:liba.so")))
                .containsExactly("libp.so => d/libp.so", "liba.so => d/liba.so");
    }

    // Subdirectories by processor

    @Test
    void theBestSubdirectoryForTheProcessorWins() throws Exception {
        lab.library("d/liba.so").make();
        lab.library("d/glibc-hwcaps/x86-64-v2/liba.so").make();
        lab.library("d/glibc-hwcaps/x86-64-v3/liba.so").make();
        lab.library("d/glibc-hwcaps/x86-64-v9/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("@/d").make();
        assertThat(lab.agreed("prog")).hasSize(1);
    }

    @Test
    void legacySubdirectoriesComeAfterTheNamedOnes() throws Exception {
        lab.library("d/liba.so").make();
        lab.library("d/tls/x86_64/liba.so").make();
        lab.library("d/x86_64/liba.so").make();
        lab.library("d/x86_64/libb.so").make();
        lab.library("d/tls/libb.so").make();
        lab.library("d/tls/libd.so").make();
        lab.library("d/haswell/libd.so").make();
        lab.library("d/haswell/avx512_1/libe.so").make();
        lab.library("d/avx512_1/libe.so").make();
        lab.library("d/haswell/x86_64/libe.so").make();
        lab.library("d/libe.so").make();
        lab.program("prog")
                .needs("liba.so", "libb.so", "libd.so", "libe.so")
                .runpath("@/d")
                .make();
        assertThat(lab.agreed("prog")).hasSize(4);
    }

    // Versions of symbols

    @Test
    void aVersionThatIsNotDefinedIsAProblem() throws Exception {
        lab.text("v1.map", "V1 { global: f; };");
        lab.text("v2.map", "V1 { global: f; }; V2 { global: g; } V1;");
        lab.library("new/liba.so")
                .soname("liba.so")
                .source("void f(void) {} void g(void) {}")
                .option("-Wl,--version-script=@/v2.map")
                .make();
        lab.library("old/liba.so")
                .soname("liba.so")
                .source("void f(void) {}")
                .option("-Wl,--version-script=@/v1.map")
                .make();
        lab.program("prog")
                .source("void g(void); void _start(void) { g(); }")
                .option("@/new/liba.so")
                .runpath("@/old")
                .make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => old/liba.so");
        assertThat(lab.closure("prog", Map.of()).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.kind()).isEqualTo(StartProblem.Kind.MISSING_VERSION))
                .satisfies(p -> assertThat(p.message()).contains("no version 'V2' in"));
        assertThat(lab.closure("prog", Map.of("LD_LIBRARY_PATH", "@/new")).problems())
                .isEmpty();
    }

    /** Turns the last tag of a program, {@code DT_FLAGS_1}, into a RUNPATH that starts inside the RPATH's string. */
    private void addRunpath(String program, String inside) throws Exception {
        byte[] content = Files.readAllBytes(lab.path(program));
        ElfBytesEdit edit = new ElfBytesEdit(content);
        edit.replaceTag(
                0x6ffffffbL,
                29,
                edit.stringIndex(lab.seen(inside)) + lab.seen(inside).length());
        Files.write(lab.path(program), content);
    }

    private void emptyString(String file, String text) throws Exception {
        byte[] content = Files.readAllBytes(lab.path(file));
        int at = ElfBytesEdit.indexOf(content, text + "\0", 0);
        content[at] = 0;
        Files.write(lab.path(file), content);
    }
}
