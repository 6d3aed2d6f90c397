// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.extract;

import static io.crossbuild.extract.Guest.config;
import static io.crossbuild.extract.Guest.dirs;
import static io.crossbuild.extract.Guest.files;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfMachine;
import io.crossbuild.elf.ElfWriter;
import io.crossbuild.error.Advice;
import io.crossbuild.error.AdviceKey;
import io.crossbuild.error.ClosureException;
import io.crossbuild.event.BuildEvent;
import io.crossbuild.event.NeededVersion;
import io.crossbuild.event.NeededVersion.Library;
import io.crossbuild.event.Warning;
import io.crossbuild.spec.ClosureOptions;
import io.crossbuild.spec.ExtractionOptions;
import io.crossbuild.spec.LibraryVersion;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is reported, and limited, of the versions that extracted files need from a system's libraries. */
class FloorExtractionTest {
    @TempDir
    Path temp;

    private Path root;

    @BeforeEach
    void makeRoot() throws Exception {
        root = temp.toRealPath().resolve("root");
    }

    /** A guest whose libraries define all versions. */
    private static Guest guest() throws Exception {
        return Guest.withProgram()
                .file("/usr/lib64/libstdc++.so.6", TinyElf.library(null, "libc.so.6"), 0644)
                .file("/usr/lib64/libgcc_s.so.1", TinyElf.library(null, "libc.so.6"), 0644);
    }

    private static ElfWriter library(String... versions) {
        ElfWriter writer = ElfWriter.amd64().needs("libc.so.6").needsVersion("libc.so.6", versions);
        for (String version : versions) {
            writer.imports("f" + version.replaceAll("[^0-9]", ""), version.replace("?", ""));
        }
        return writer;
    }

    private static ExtractionOptions limits(@Nullable String glibc, @Nullable String glibcxx) {
        return ExtractionOptions.DEFAULTS.withClosure(ClosureOptions.DEFAULTS
                .withMaxGlibc(
                        glibc == null ? null : LibraryVersion.ofGlibc(glibc).orElseThrow())
                .withMaxGlibcxx(
                        glibcxx == null
                                ? null
                                : LibraryVersion.ofGlibcxx(glibcxx).orElseThrow()));
    }

    private static List<BuildEvent.LibraryFloor> floors(Guest guest) {
        return guest.events(BuildEvent.LibraryFloor.class);
    }

    private static NeededVersion glibc(String version, String symbol, String file) {
        return new NeededVersion(Library.GLIBC, version, symbol, file);
    }

    @Test
    void aLibraryAloneIsReportedWithItsNewestVersionAndWhatHasIt() throws Exception {
        Guest guest = guest().file(
                        "/root/liba.so",
                        library("GLIBC_2.9", "GLIBC_2.34", "GLIBC_2.17").bytes(),
                        0644)
                .file("/root/libb.so", library("GLIBC_2.33").bytes(), 0644);
        guest.extract(files("liba.so", "libb.so"), root);
        assertThat(floors(guest))
                .containsExactly(new BuildEvent.LibraryFloor(
                        "x86-64",
                        false,
                        List.of(glibc("2.34", "f234@GLIBC_2.34", "/root/liba.so")),
                        List.of("Debian 12", "Ubuntu 22.04", "RHEL 9", "Amazon Linux 2023"),
                        List.of()));
        assertThat(guest.warnings()).isEmpty();
    }

    @Test
    void programsCountIfNoneIsRequested() throws Exception {
        byte[] tool =
                library("GLIBC_2.36").program("/lib64/ld-linux-x86-64.so.2").bytes();
        Guest guest = guest().file("/root/out/tool", tool, 0755);
        guest.extract(dirs("out"), root);
        assertThat(floors(guest))
                .singleElement()
                .satisfies(
                        f -> assertThat(f.needs()).containsExactly(glibc("2.36", "f236@GLIBC_2.36", "/root/out/tool")));
        Guest withProgram = guest().file("/root/out/tool", tool, 0755);
        withProgram.extract(config("/usr/bin/node", List.of(), List.of("out")), root);
        assertThat(floors(withProgram)).isEmpty();
    }

    @Test
    void aProgramWithItsLibrariesHasNoFloor() throws Exception {
        Guest guest = guest().file("/root/lib/libown.so", library("GLIBC_2.36").bytes(), 0644)
                .file(
                        "/root/own",
                        library("GLIBC_2.38")
                                .needs("libown.so")
                                .runpath("/root/lib")
                                .program("/lib64/ld-linux-x86-64.so.2")
                                .bytes(),
                        0755);
        guest.extract(config("/root/own", List.of("/root/lib/libown.so"), List.of()), root);
        assertThat(floors(guest)).isEmpty();
    }

    @Test
    void anAddonOfAProgramMayLeaveWithoutIt() throws Exception {
        byte[] arm = new ElfWriter(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN)
                .machine(ElfMachine.AARCH64)
                .needsVersion("libc.so.6", "GLIBC_2.38")
                .bytes();
        Guest guest = guest().file(
                        "/root/node_modules/a/a.node", library("GLIBC_2.28").bytes(), 0644)
                .file("/root/node_modules/a/prebuilds/arm64/a.node", arm, 0644);
        guest.extract(config("/usr/bin/node", List.of(), List.of("node_modules")), root);
        assertThat(floors(guest)).singleElement().satisfies(floor -> {
            assertThat(floor.sharedObjects()).isTrue();
            assertThat(floor.machine()).isEqualTo("x86-64");
            assertThat(floor.systems()).containsExactly("Debian 10", "Ubuntu 20.04", "RHEL 8", "Amazon Linux 2023");
        });
        assertThat(guest.events(BuildEvent.OtherSystemsLibraries.class))
                .containsExactly(new BuildEvent.OtherSystemsLibraries(1));
    }

    @Test
    void weakNeedsAndLibrariesThatLeaveTooDoNotCount() throws Exception {
        Guest guest = guest().file(
                        "/root/liba.so",
                        library("GLIBC_2.17", "GLIBC_2.38?")
                                .needs("libstdc++.so.6")
                                .needsVersion("libstdc++.so.6", "GLIBCXX_3.4.33")
                                .bytes(),
                        0644)
                .file(
                        "/root/libstdc++.so.6",
                        library("GLIBC_2.14").soname("libstdc++.so.6").bytes(),
                        0644);
        guest.extract(files("liba.so", "libstdc++.so.6"), limits("2.17", "3.4.19"), root);
        assertThat(floors(guest))
                .singleElement()
                .satisfies(
                        f -> assertThat(f.needs()).containsExactly(glibc("2.17", "f217@GLIBC_2.17", "/root/liba.so")));
    }

    @Test
    void theCxxLibraryCountsWithTheGccThatHasIt() throws Exception {
        Guest guest = guest().file(
                        "/root/liba.so",
                        library("GLIBC_2.4")
                                .needs("libstdc++.so.6", "libgcc_s.so.1")
                                .needsVersion(
                                        "libstdc++.so.6",
                                        "GLIBCXX_3.4.9",
                                        "GLIBCXX_3.4.21",
                                        "CXXABI_1.3.9",
                                        "CXXABI_TM_1")
                                .needsVersion("libgcc_s.so.1", "GCC_3.0", "GCC_12.0.0")
                                .bytes(),
                        0644);
        guest.extract(files("liba.so"), root);
        BuildEvent.LibraryFloor floor = floors(guest).get(0);
        assertThat(floor.needs())
                .extracting(n -> n.library() + " " + n.version())
                .containsExactly("GLIBC 2.4", "GLIBCXX 3.4.21", "GCC 12.0.0");
        assertThat(floor.systems()).containsExactly("Debian 12", "Ubuntu 22.04", "RHEL 10");
    }

    @Test
    void markersHaveAVersionAndPrivateVersionsFitNoOtherSystem() throws Exception {
        Guest guest = guest().file(
                        "/root/libr.so",
                        library("GLIBC_2.5", "GLIBC_ABI_DT_RELR").bytes(),
                        0644);
        guest.extract(files("libr.so"), root);
        assertThat(floors(guest).get(0).needs()).containsExactly(glibc("2.36", "f@GLIBC_ABI_DT_RELR", "/root/libr.so"));
        Guest secret = guest().file(
                        "/root/libp.so", library("GLIBC_2.5", "GLIBC_PRIVATE").bytes(), 0644);
        secret.extract(files("libp.so"), root);
        BuildEvent.LibraryFloor floor = floors(secret).get(0);
        assertThat(floor.needs()).extracting(NeededVersion::version).containsExactly("2.5");
        assertThat(floor.systems()).isEmpty();
        assertThat(floor.unportable()).containsExactly(glibc("GLIBC_PRIVATE", "f@GLIBC_PRIVATE", "/root/libp.so"));
    }

    @Test
    void glibcItselfHasNoFloorAndWhatLeavesWithItNeither() throws Exception {
        byte[] libc = ElfWriter.amd64()
                .soname("libc.so.6")
                .definesVersion("GLIBC_2.2.5", "GLIBC_2.41", "GLIBC_PRIVATE")
                .needs("ld-linux-x86-64.so.2")
                .needsVersion("ld-linux-x86-64.so.2", "GLIBC_2.35", "GLIBC_PRIVATE")
                .bytes();
        Guest guest = guest().file("/root/lib/libc.so.6", libc, 0755)
                .file("/root/lib/liba.so", library("GLIBC_2.41").bytes(), 0644);
        guest.extract(dirs("lib"), limits("2.17", null), root);
        assertThat(floors(guest)).isEmpty();
    }

    @Test
    void aLibraryThatWasBuiltInTheGuestAndIsNeededCountsButOneOfAPackageDoesNot() throws Exception {
        Guest guest = guest().file("/usr/lib64/libdeb.so", library("GLIBC_2.38").bytes(), 0644)
                .file("/usr/local/lib/libown.so", library("GLIBC_2.35").bytes(), 0644)
                .file(
                        "/root/liba.so",
                        library("GLIBC_2.5")
                                .needs("libdeb.so", "libown.so")
                                .runpath("/usr/local/lib")
                                .bytes(),
                        0644);
        guest.extract(files("liba.so"), root);
        assertThat(floors(guest).get(0).needs())
                .containsExactly(glibc("2.35", "f235@GLIBC_2.35", "/usr/local/lib/libown.so"));
    }

    @Test
    void aFileAboveTheLimitIsAnErrorThatNamesItsSymbolsBeforeAnythingIsWritten() throws Exception {
        byte[] library = ElfWriter.amd64()
                .needs("libc.so.6", "libm.so.6")
                .needsVersion("libc.so.6", "GLIBC_2.2.5", "GLIBC_2.34", "GLIBC_2.38")
                .needsVersion("libm.so.6", "GLIBC_2.29")
                .imports("malloc", "GLIBC_2.2.5")
                .imports("pthread_create", "GLIBC_2.34")
                .imports("__isoc23_strtol", "GLIBC_2.38")
                .imports("pow", "GLIBC_2.29")
                .imports("exp", "GLIBC_2.29")
                .bytes();
        assertThatThrownBy(() -> withHello(library).extract(files("libhello.so"), limits("2.28", null), root))
                .isInstanceOf(ClosureException.class)
                .hasMessage("Cannot extract '/root/libhello.so': it needs pthread_create@GLIBC_2.34,"
                        + " __isoc23_strtol@GLIBC_2.38, exp@GLIBC_2.29, pow@GLIBC_2.29 (expected at most GLIBC_2.28)")
                .satisfies(e -> assertThat(((ClosureException) e).advice())
                        .extracting(Advice::text)
                        .containsExactly(
                                "Build in an environment of an older suite: bookworm has glibc 2.36, bullseye has glibc"
                                        + " 2.31, buster has glibc 2.28, stretch has glibc 2.24",
                                "For pthread_create: only an older suite gives it an older version: with glibc 2.34 it"
                                        + " moved from a library of its own into libc",
                                "For __isoc23_strtol: compile C with -std=gnu17 and without _GNU_SOURCE, or bind the"
                                        + " older symbol with __asm__(\".symver __isoc23_strtol,strtol@GLIBC_2.2.5\")",
                                "For exp, pow: bind the older version with"
                                        + " __asm__(\".symver exp,exp@GLIBC_2.2.5\")"));
        assertThat(root).doesNotExist();
        withHello(library).extract(files("libhello.so"), limits("2.38", null), root);
        assertThat(root.resolve("libhello.so")).isRegularFile();
    }

    private static Guest withHello(byte[] library) throws Exception {
        return guest().file("/usr/lib64/libm.so.6", TinyElf.library(null), 0644)
                .file("/root/libhello.so", library, 0644);
    }

    @Test
    void severalFilesAreListedAndAProgramCountsWhenThereIsALimit() throws Exception {
        Guest guest = guest().file(
                        "/root/own",
                        library("GLIBC_2.34")
                                .program("/lib64/ld-linux-x86-64.so.2")
                                .bytes(),
                        0755)
                .file(
                        "/root/liba.so",
                        library("GLIBC_2.5")
                                .needs("libstdc++.so.6")
                                .needsVersion("libstdc++.so.6", "GLIBCXX_3.4.20", "CXXABI_1.3.8", "CXXABI_1.3")
                                .bytes(),
                        0644);
        assertThatThrownBy(() -> guest.extract(
                        config("/root/own", List.of("liba.so"), List.of()), limits("2.17", "3.4.19"), root))
                .isInstanceOf(ClosureException.class)
                .hasMessage("Cannot extract 2 files: they need newer libraries than allowed\n"
                        + "  '/root/own': it needs f234@GLIBC_2.34 (expected at most GLIBC_2.17)\n"
                        + "  '/root/liba.so': it needs GLIBCXX_3.4.20, CXXABI_1.3.8 (expected at most CXXABI_1.3.7,"
                        + " GLIBCXX_3.4.19)")
                .satisfies(
                        e -> assertThat(((ClosureException) e).advice()).contains(AdviceKey.STATIC_LIBSTDCXX.advice()));
    }

    @Test
    void aFileForMuslHasNoFloor() throws Exception {
        Guest guest = new Guest()
                .file("/lib/ld-musl-x86_64.so.1", TinyElf.library(null), 0755)
                .file("/root/liba.so", TinyElf.library(null, "libc.musl-x86_64.so.1"), 0644);
        guest.extract(files("liba.so"), limits("2.17", null), root);
        assertThat(floors(guest)).isEmpty();
        assertThat(guest.warnings()).isEmpty();
    }

    private static Guest withMuslProgram() throws Exception {
        return new Guest()
                .file("/lib/ld-musl-x86_64.so.1", TinyElf.library(null), 0755)
                .file(
                        "/usr/bin/app",
                        ElfWriter.amd64()
                                .needs("libc.musl-x86_64.so.1")
                                .program("/lib/ld-musl-x86_64.so.1")
                                .bytes(),
                        0755)
                .file("/root/lib/liba.so", library("GLIBC_2.5").bytes(), 0644);
    }

    @Test
    void aNamedFileForAnotherCLibraryThanTheProgramsIsAnError() throws Exception {
        assertThatThrownBy(() ->
                        withMuslProgram().extract(config("/usr/bin/app", List.of("lib/liba.so"), List.of()), root))
                .isInstanceOf(ClosureException.class)
                .hasMessage("Cannot extract '/root/lib/liba.so': it is for glibc (expected musl, the C library of"
                        + " '/usr/bin/app')");
        assertThat(root).doesNotExist();
        ExtractionOptions warn = ExtractionOptions.DEFAULTS.withClosure(
                ClosureOptions.DEFAULTS.withStartCheck(ClosureOptions.StartCheck.WARN));
        Guest guest = withMuslProgram();
        guest.extract(config("/usr/bin/app", List.of("lib/liba.so"), List.of()), warn, root);
        assertThat(guest.warning(Warning.NotLoadable.class).problem())
                .isEqualTo("it is for glibc (expected musl, the C library of '/usr/bin/app')");
        // In a directory it is one of several variants.
        Guest variants = withMuslProgram();
        variants.extract(config("/usr/bin/app", List.of(), List.of("lib")), root);
        assertThat(variants.warnings()).isEmpty();
        assertThat(variants.events(BuildEvent.OtherSystemsLibraries.class)).hasSize(1);
    }

    private static ElfWriter arm() {
        return new ElfWriter(ElfClass.ELF64, ByteOrder.LITTLE_ENDIAN).machine(ElfMachine.AARCH64);
    }

    private static byte[] armLoader() {
        return TinyElf.withTexts(
                arm().soname("ld-linux-aarch64.so.1").bytes(),
                "ld.so (Debian GLIBC 2.41-12) stable release version 2.41.",
                "/lib/aarch64-linux-gnu/\0/usr/lib/aarch64-linux-gnu/\0/lib/\0/usr/lib/");
    }

    /** As with gcc-aarch64-linux-gnu and libc6-dev-arm64-cross. */
    private static Guest withCrossCompiler() throws Exception {
        return guest().file("/usr/aarch64-linux-gnu/lib/ld-linux-aarch64.so.1", armLoader(), 0755)
                .file(
                        "/usr/aarch64-linux-gnu/lib/libc.so.6",
                        arm().needs("ld-linux-aarch64.so.1").bytes(),
                        0755)
                .file(
                        "/usr/aarch64-linux-gnu/lib/libz.so.1.3",
                        arm().needs("libc.so.6").bytes(),
                        0644)
                .link("/usr/aarch64-linux-gnu/lib/libz.so.1", "libz.so.1.3")
                .file(
                        "/root/out/arm64/libhello.so",
                        arm().needs("libc.so.6", "libz.so.1")
                                .needsVersion("libc.so.6", "GLIBC_2.17", "GLIBC_2.34")
                                .bytes(),
                        0644)
                .file("/root/out/amd64/libhello.so", library("GLIBC_2.2.5").bytes(), 0644)
                .file("/usr/lib/keep", "");
    }

    @Test
    void twoArchitecturesFromOneGuestHaveAFloorEachAndTheLibrariesOfBoth() throws Exception {
        Guest guest = withCrossCompiler()
                .file("/var/lib/dpkg/status", """
                        Package: libz-arm64-cross
                        Status: install ok installed
                        Architecture: all
                        Version: 1.3
                        """)
                .file(
                        "/var/lib/dpkg/info/libz-arm64-cross.list",
                        "/usr/aarch64-linux-gnu/lib/libz.so.1\n/usr/aarch64-linux-gnu/lib/libz.so.1.3\n");
        guest.extract(dirs("out"), root);
        assertThat(floors(guest))
                .extracting(f -> f.machine() + " " + f.needs().get(0).version())
                .containsExactly("AArch64 2.34", "x86-64 2.2.5");
        assertThat(guest.warnings()).isEmpty();
        assertThat(guest.events(BuildEvent.OtherSystemsLibraries.class)).isEmpty();
        assertThat(guest.events(BuildEvent.CrossLibraries.class))
                .containsExactly(new BuildEvent.CrossLibraries("/usr/aarch64-linux-gnu/lib", 3));
        Map<String, String> files = Guest.snapshot(root);
        assertThat(files)
                .containsKeys("usr/lib/ld-linux-aarch64.so.1", "usr/lib/aarch64-linux-gnu/libc.so.6")
                .containsEntry("lib", "-> usr/lib")
                .containsEntry("usr/lib/aarch64-linux-gnu/libz.so.1", "-> libz.so.1.3")
                .doesNotContainKey("usr/aarch64-linux-gnu");
        assertThat(Files.readAllBytes(root.resolve("usr/lib/aarch64-linux-gnu/libz.so.1.3")))
                .isEqualTo(arm().needs("libc.so.6").bytes());
        assertThat(root.resolve(".crossbuild/manifest.json")).content().contains("libz-arm64-cross");
    }

    @Test
    void whatNoCrossCompilerHasIsNamed() throws Exception {
        Guest guest = withCrossCompiler()
                .file("/root/out/arm64/libmore.so", arm().needs("libnone.so.1").bytes(), 0644);
        guest.extract(dirs("out"), root);
        Warning.NotLoadable warning = guest.warning(Warning.NotLoadable.class);
        assertThat(warning.file()).isEqualTo("/root/out/arm64/libmore.so");
        assertThat(warning.problem()).contains("libnone.so.1");
    }

    @Test
    void theLibrariesOfACrossCompilerAreNotTakenForADirectoryOrForAProgram() throws Exception {
        Guest guest = withCrossCompiler();
        guest.extract(dirs("/usr/lib"), root);
        assertThat(Guest.snapshot(root)).containsKey("usr/lib/keep").doesNotContainKey("usr/lib/aarch64-linux-gnu");
        Guest program = withCrossCompiler();
        program.extract(config("/usr/bin/node", List.of(), List.of("out")), root);
        assertThat(Guest.snapshot(root)).doesNotContainKey("usr/lib/aarch64-linux-gnu");
        assertThat(program.events(BuildEvent.OtherSystemsLibraries.class)).hasSize(1);
    }

    @Test
    void whatAForeignProgramOpensByItselfIsNotInTheGuest() throws Exception {
        byte[] calling = arm().needs("libc.so.6").imports("system", null).bytes();
        Guest guest = withCrossCompiler()
                .file("/usr/bin/sh", TinyElf.program("libc.so.6"), 0755)
                .file("/root/out/arm64/libcall.so", calling, 0644);
        guest.extract(dirs("out"), root);
        assertThat(guest.events(BuildEvent.RuntimeFilesAdded.class)).isEmpty();
        assertThat(Guest.snapshot(root)).doesNotContainKey("usr/bin/sh");
        Guest own = withCrossCompiler()
                .file("/usr/bin/sh", TinyElf.program("libc.so.6"), 0755)
                .file(
                        "/root/out/amd64/libcall.so",
                        library("GLIBC_2.5").imports("system", null).bytes(),
                        0644);
        own.extract(dirs("out"), root);
        assertThat(own.events(BuildEvent.RuntimeFilesAdded.class)).isNotEmpty();
    }

    @Test
    void theGuestsOwnLoaderOfAnotherArchitectureComesFirst() throws Exception {
        Guest guest = withCrossCompiler()
                .file("/usr/lib/ld-linux-aarch64.so.1", armLoader(), 0755)
                .file(
                        "/usr/lib/aarch64-linux-gnu/libc.so.6",
                        arm().soname("libc.so.6").bytes(),
                        0755)
                .file("/usr/lib/aarch64-linux-gnu/libz.so.1", arm().bytes(), 0644);
        guest.extract(dirs("out"), root);
        assertThat(guest.events(BuildEvent.CrossLibraries.class)).isEmpty();
        assertThat(Files.readAllBytes(root.resolve("usr/lib/aarch64-linux-gnu/libz.so.1")))
                .isEqualTo(arm().bytes());
    }
}
