// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.ClosureRequest;
import io.crossbuild.closure.CpuProfile;
import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.OpenReason;
import io.crossbuild.closure.OpenedFile;
import io.crossbuild.closure.ProbedPath;
import io.crossbuild.closure.SearchRule;
import io.crossbuild.closure.SkippedFile;
import io.crossbuild.closure.StartProblem;
import io.crossbuild.elf.DynamicSection;
import io.crossbuild.elf.ElfClass;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.elf.ElfMachine;
import io.crossbuild.elf.ElfWriter;
import io.crossbuild.error.ClosureException;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClosureResolverTest {
    private static final String LIB = "/lib/x86_64-linux-gnu/";

    @Test
    void aScriptWithWindowsLineEndsIsSaidToHaveThem() throws Exception {
        for (String name : List.of("/usr/bin/tool9", "tool9")) {
            String line = name.startsWith("/") ? "#!" + name : "#!/usr/bin/env " + name;
            Closure closure = TestRoot.debian()
                    .program("/usr/bin/env")
                    .text("/tool", line + "\r\nexit\r\n")
                    .resolve("/tool");
            assertThat(closure.problems()).singleElement().satisfies(p -> {
                assertThat(p.kind()).isEqualTo(StartProblem.Kind.WINDOWS_LINE_ENDS);
                assertThat(p.message())
                        .isEqualTo("Cannot start '/tool': it has Windows line ends, so it is run by '" + name
                                + "\\r' (expected Unix line ends)");
            });
        }
    }

    @Test
    void aProgramThatIsNotThereIsAnError() throws Exception {
        TestRoot root = TestRoot.debian();
        assertThatThrownBy(() -> root.resolve("/usr/bin/none"))
                .isInstanceOf(ClosureException.class)
                .hasMessage("Cannot resolve '/usr/bin/none': no such file (expected a program)");
    }

    @Test
    void aLinkToNothingIsNamed() throws Exception {
        TestRoot root = TestRoot.debian().link("/usr/bin/prog", "/etc/alternatives/prog");
        assertThatThrownBy(() -> root.resolve("/usr/bin/prog"))
                .hasMessageContaining("the link '/usr/bin/prog' leads to '/etc', which does not exist");
    }

    @Test
    void everyPathOpenedIsThereWithItsLinksAndItsReason() throws Exception {
        Closure closure = TestRoot.debian()
                .link("/opt/bin", "real")
                .program("/opt/real/prog", "liba.so.1")
                .library("/usr/lib/liba.so.1.0", "libb.so")
                .link("/usr/lib/liba.so.1", "liba.so.1.0")
                .library("/lib/libb.so")
                .resolve("/opt/bin/prog");
        assertThat(closure.files())
                .containsExactly(
                        new OpenedFile(
                                "/opt/bin/prog",
                                "/opt/real/prog",
                                List.of("/opt/bin"),
                                new OpenReason(null, "/opt/bin/prog", SearchRule.PROGRAM, null)),
                        new OpenedFile(
                                TestRoot.GLIBC,
                                TestRoot.GLIBC,
                                List.of(),
                                new OpenReason("/opt/bin/prog", TestRoot.GLIBC, SearchRule.INTERPRETER, null)),
                        new OpenedFile(
                                "/usr/lib/liba.so.1",
                                "/usr/lib/liba.so.1.0",
                                List.of("/usr/lib/liba.so.1"),
                                new OpenReason("/opt/bin/prog", "liba.so.1", SearchRule.SYSTEM_DIRECTORY, "/usr/lib/")),
                        new OpenedFile(
                                "/lib/libb.so",
                                "/lib/libb.so",
                                List.of(),
                                new OpenReason("/usr/lib/liba.so.1", "libb.so", SearchRule.SYSTEM_DIRECTORY, "/lib/")));
        assertThat(closure.problems()).isEmpty();
    }

    @Test
    void whyIsTheShortestChain() throws Exception {
        Closure closure = TestRoot.debian()
                .program("/prog", "liba.so", "libc1.so")
                .library("/lib/liba.so", "libb.so")
                .library("/lib/libb.so", "libd.so")
                .library("/lib/libc1.so", "libd.so")
                .library("/lib/libd.so.4")
                .link("/lib/libd.so", "libd.so.4")
                .resolve("/prog");
        for (String path : new String[] {"/lib/libd.so", "/lib/libd.so.4"}) {
            assertThat(closure.why(path))
                    .extracting(r -> r.reason().describe())
                    .containsExactly(
                            "program",
                            "libc1.so for /prog by system directory of /lib/",
                            "libd.so for /lib/libc1.so by system directory of /lib/");
        }
        assertThat(closure.why("/prog")).hasSize(1);
        assertThat(closure.why("/lib/libx.so")).isEmpty();
    }

    @Test
    void whyNotTellsEveryPathTriedAndTheProblemItsChain() throws Exception {
        Closure closure = TestRoot.debian()
                .file(
                        "/bin/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.GLIBC)
                                .needs("liba.so")
                                .runpath("/opt:$NONE/x"))
                .file("/opt/liba.so", ElfWriter.amd64().needs("libb.so").runpath("/old:/link"))
                .file("/old/libb.so", new ElfWriter(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN).machine(ElfMachine.I386))
                .link("/link/libb.so", "gone")
                .resolve("/bin/prog");
        assertThat(closure.whyNot("libb.so"))
                .extracting(p -> p.path() + " " + p.refusal())
                .containsExactly(
                        "/old/libb.so OTHER_CLASS",
                        "/link/libb.so DANGLING_LINK",
                        "/lib/x86_64-linux-gnu/libb.so MISSING",
                        "/usr/lib/x86_64-linux-gnu/libb.so MISSING",
                        "/lib/libb.so MISSING",
                        "/usr/lib/libb.so MISSING");
        assertThat(closure.problems())
                .containsExactly(new StartProblem(
                        StartProblem.Kind.WRONG_ARCHITECTURE,
                        "/bin/prog",
                        "/opt/liba.so",
                        List.of("/bin/prog", "/opt/liba.so"),
                        "Cannot load 'libb.so' for '/opt/liba.so': '/old/libb.so' is not a library for it: "
                                + "32-bit i386 (expected 64-bit)"));
        assertThat(closure.linkMaps().get(0).objects())
                .containsExactly(new LinkMap.Loaded("liba.so", "/opt/liba.so"), new LinkMap.Loaded("libb.so", null));
    }

    @Test
    void aStaticProgramIsItselfAlone() throws Exception {
        Closure closure = TestRoot.debian()
                .file(
                        "/busybox",
                        ElfWriter.amd64().type(ElfHeader.TYPE_EXECUTABLE).withoutDynamicSection())
                .resolve("/busybox");
        assertThat(TestRoot.paths(closure)).containsExactly("/busybox");
        assertThat(closure.linkMaps()).isEmpty();
    }

    // The kernel's part

    @Test
    void aScriptBringsItsInterpreter() throws Exception {
        Closure closure = TestRoot.debian()
                .text("/usr/bin/tool", "#! /bin/sh -e\nexit 0\n")
                .program("/bin/sh", "liba.so")
                .library("/lib/liba.so")
                .resolve("/usr/bin/tool");
        assertThat(TestRoot.paths(closure)).containsExactly("/usr/bin/tool", "/bin/sh", TestRoot.GLIBC, "/lib/liba.so");
        assertThat(closure.files().get(1).reason())
                .isEqualTo(new OpenReason("/usr/bin/tool", "/bin/sh", SearchRule.SCRIPT_INTERPRETER, null));
    }

    @Test
    void aScriptThroughEnvBringsTheProgramFromThePath() throws Exception {
        TestRoot root = TestRoot.debian()
                .text("/app/tool", "#!/usr/bin/env -S FOO=1 node --flag\n")
                .program("/usr/bin/env", "libe.so")
                .program("/opt/bin/node", "libn.so")
                .library("/lib/libe.so")
                .library("/lib/libn.so")
                .library("/app/x.node", "libn.so")
                .options(LoaderOptions.ofEnvironment(Map.of("PATH", "/usr/bin:/opt/bin")));
        Closure closure = root.resolve("/app/tool", "/app/x.node");
        assertThat(TestRoot.paths(closure))
                .containsExactly(
                        "/app/tool",
                        "/usr/bin/env",
                        TestRoot.GLIBC,
                        "/lib/libe.so",
                        "/opt/bin/node",
                        "/lib/libn.so",
                        "/app/x.node");
        assertThat(closure.problems()).isEmpty();
        // The addon is opened in node's process, which already has its library.
        assertThat(closure.linkMaps().get(2).objects())
                .containsExactly(new LinkMap.Loaded("/app/x.node", "/app/x.node"));
    }

    @Test
    void aProgramThatEnvDoesNotFindIsAProblem() throws Exception {
        Closure closure = TestRoot.debian()
                .text("/app/tool", "#!/usr/bin/env node\n")
                .program("/usr/bin/env")
                .resolve("/app/tool");
        assertThat(closure.problems()).singleElement().satisfies(p -> {
            assertThat(p.kind()).isEqualTo(StartProblem.Kind.MISSING_INTERPRETER);
            assertThat(p.message())
                    .isEqualTo("Cannot start 'node' for '/app/tool': not found at 6 places "
                            + "(expected a program of that name in PATH)");
        });
    }

    @Test
    void aScriptWhoseInterpreterIsGoneIsAProblem() throws Exception {
        Closure closure =
                TestRoot.debian().text("/tool", "#!/usr/bin/python9\n").resolve("/tool");
        assertThat(closure.problems())
                .extracting(StartProblem::message)
                .containsExactly("Cannot start '/tool': its interpreter '/usr/bin/python9' does not exist "
                        + "(expected a program)");
    }

    @Test
    void scriptsThatRunEachOtherEnd() throws Exception {
        Closure closure =
                TestRoot.debian().text("/a", "#!/b\n").text("/b", "#!/a\n").resolve("/a");
        assertThat(closure.problems())
                .extracting(StartProblem::message)
                .containsExactly("Cannot start '/b': a script run by a script, 6 deep (expected at most 5)");
    }

    @Test
    void aTextFileIsNotAProgram() throws Exception {
        Closure closure = TestRoot.debian().text("/tool", "hello").resolve("/tool");
        assertThat(closure.problems())
                .extracting(StartProblem::message)
                .containsExactly("Cannot start '/tool': neither an ELF file nor a script (expected a program)");
    }

    @Test
    void aMissingLoaderIsAProblemAndTheLibrariesAreStillFound() throws Exception {
        Closure closure = new TestRoot()
                .program("/prog", "liba.so")
                .library("/usr/lib64/liba.so")
                .resolve("/prog");
        assertThat(closure.problems()).singleElement().satisfies(p -> {
            assertThat(p.kind()).isEqualTo(StartProblem.Kind.MISSING_INTERPRETER);
            assertThat(p.message())
                    .isEqualTo("Cannot start '/prog': its interpreter '/lib64/ld-linux-x86-64.so.2' does not exist "
                            + "(expected a loader for 64-bit little-endian x86-64)");
        });
        assertThat(TestRoot.paths(closure)).containsExactly("/prog", "/usr/lib64/liba.so");
    }

    @Test
    void aLoaderForAnotherProcessorIsAProblem() throws Exception {
        Closure closure = new TestRoot()
                .file(TestRoot.GLIBC, ElfWriter.amd64().machine(ElfMachine.AARCH64))
                .program("/prog")
                .resolve("/prog");
        assertThat(closure.problems())
                .extracting(StartProblem::message)
                .containsExactly("Cannot start '/prog': its interpreter '/lib64/ld-linux-x86-64.so.2' is for 64-bit "
                        + "little-endian AArch64 (expected a loader for 64-bit little-endian x86-64)");
    }

    // Processors

    @Test
    void aPortableClosureHasTheFilesForEveryProcessor() throws Exception {
        TestRoot root = TestRoot.debian()
                .program("/prog", "liba.so")
                .library(LIB + "liba.so", "libbase.so")
                .library(LIB + "glibc-hwcaps/x86-64-v3/liba.so", "libfast.so")
                .library(LIB + "libbase.so")
                .library(LIB + "libfast.so");
        assertThat(TestRoot.paths(root.resolve("/prog")))
                .containsExactlyInAnyOrder(
                        "/prog",
                        TestRoot.GLIBC,
                        LIB + "liba.so",
                        LIB + "glibc-hwcaps/x86-64-v3/liba.so",
                        LIB + "libbase.so",
                        LIB + "libfast.so");
        CpuProfile v3 = new CpuProfile(List.of("x86-64-v3", "x86-64-v2"), "x86_64", List.of());
        assertThat(TestRoot.paths(
                        root.options(LoaderOptions.defaults().withCpu(v3)).resolve("/prog")))
                .containsExactly("/prog", TestRoot.GLIBC, LIB + "glibc-hwcaps/x86-64-v3/liba.so", LIB + "libfast.so");
        assertThat(TestRoot.paths(root.options(LoaderOptions.defaults().withCpu(CpuProfile.BASELINE))
                        .resolve("/prog")))
                .containsExactly("/prog", TestRoot.GLIBC, LIB + "liba.so", LIB + "libbase.so");
    }

    @Test
    void aPortableClosureHasTheFilesOfAddonsForEveryProcessor() throws Exception {
        Closure closure = TestRoot.debian()
                .program("/prog")
                .file("/x.node", ElfWriter.amd64().needs("liba.so").runpath("$ORIGIN/p/$PLATFORM:$ORIGIN/d"))
                .library("/p/haswell/liba.so")
                .library("/p/x86_64/liba.so")
                .library("/d/liba.so")
                .resolve("/prog", "/x.node");
        assertThat(TestRoot.paths(closure)).contains("//p/haswell/liba.so", "//p/x86_64/liba.so", "//d/liba.so");
    }

    @Test
    void aFileForANewerProcessorThanTheOneChosenIsAProblem() throws Exception {
        TestRoot root = TestRoot.debian()
                .program("/prog", "liba.so")
                .file(LIB + "liba.so", ElfWriter.amd64().needsIsa(0b1111));
        assertThat(root.resolve("/prog").problems()).isEmpty();
        CpuProfile v2 = new CpuProfile(List.of("x86-64-v2"), null, List.of());
        assertThat(root.options(LoaderOptions.defaults().withCpu(v2))
                        .resolve("/prog")
                        .problems())
                .singleElement()
                .satisfies(p -> {
                    assertThat(p.kind()).isEqualTo(StartProblem.Kind.CPU_TOO_OLD);
                    assertThat(p.message()).contains("level x86-64-v4 (expected at most x86-64-v2)");
                });
    }

    // Addons

    @Test
    void aProgramAmongTheAddonsIsResolvedOnItsOwn() throws Exception {
        Closure closure = TestRoot.debian()
                .program("/prog", "liba.so")
                .library("/main/liba.so")
                .library(LIB + "liba.so")
                .file(
                        "/app/helper",
                        ElfWriter.amd64()
                                .program(TestRoot.GLIBC)
                                .needs("liba.so")
                                .runpath("/main"))
                .file(
                        "/app/static",
                        ElfWriter.amd64().type(ElfHeader.TYPE_EXECUTABLE).withoutDynamicSection())
                .resolve("/prog", "/app/helper", "/app/static");
        assertThat(TestRoot.paths(closure))
                .containsExactly(
                        "/prog", TestRoot.GLIBC, LIB + "liba.so", "/app/helper", "/main/liba.so", "/app/static");
    }

    @Test
    void addonsWithoutAProgramAreResolvedEachOnItsOwn() throws Exception {
        TestRoot root = TestRoot.debian()
                .file("/one.so", ElfWriter.amd64().needs("libshared.so").runpath("/1"))
                .file("/two.so", ElfWriter.amd64().needs("libshared.so").runpath("/2"))
                .library("/1/libshared.so")
                .library("/2/libshared.so")
                .file("/arm.so", ElfWriter.amd64().machine(ElfMachine.AARCH64))
                .text("/text.so", "text");
        Closure closure = new ClosureResolver(root.tree(), LoaderOptions.defaults())
                .resolve(null, List.of("/one.so", "/two.so", "/arm.so", "/text.so", "/none.so"));
        assertThat(TestRoot.paths(closure))
                .containsExactly("/one.so", TestRoot.GLIBC, "/1/libshared.so", "/two.so", "/2/libshared.so");
        assertThat(closure.conflicts()).isEmpty();
        assertThat(closure.skipped())
                .extracting(s -> s.path() + ": " + s.cause() + ", " + s.why())
                .containsExactly(
                        "/arm.so: OTHER_MACHINE, for 64-bit little-endian AArch64, whose loader "
                                + "'/lib/ld-linux-aarch64.so.1' does not exist",
                        "/text.so: NOT_LOADABLE, no ELF magic number (expected 7f 45 4c 46)",
                        "/none.so: NOT_LOADABLE, no such file");
    }

    @Test
    void foreignFilesAmongAddonsAreSkippedAndNotExtractedAsOpened() throws Exception {
        Closure closure = TestRoot.debian()
                .program("/prog")
                .file(
                        "/p/arm64.node",
                        ElfWriter.amd64().machine(ElfMachine.AARCH64).needs("libnone.so"))
                .file("/p/big.node", new ElfWriter(ElfClass.ELF64, ByteOrder.BIG_ENDIAN).machine(ElfMachine.S390))
                .file("/p/musl.node", ElfWriter.amd64().needs("libc.musl-x86_64.so.1"))
                .file("/p/musl-tool", ElfWriter.amd64().program(TestRoot.MUSL).needs("libc.musl-x86_64.so.1"))
                .file(
                        "/p/arm-tool",
                        ElfWriter.amd64().machine(ElfMachine.AARCH64).program("/lib/ld-linux-aarch64.so.1"))
                .file("/p/object.o", ElfWriter.amd64().type(1))
                .file("/p/debug.so", ElfWriter.amd64().withoutDynamicSection())
                .resolve(
                        "/prog",
                        "/p/arm64.node",
                        "/p/big.node",
                        "/p/musl.node",
                        "/p/musl-tool",
                        "/p/arm-tool",
                        "/p/object.o",
                        "/p/debug.so");
        assertThat(closure.problems()).isEmpty();
        assertThat(TestRoot.paths(closure)).containsExactly("/prog", TestRoot.GLIBC);
        assertThat(closure.skipped())
                .extracting(SkippedFile::cause)
                .containsExactly(
                        SkippedFile.Cause.OTHER_MACHINE,
                        SkippedFile.Cause.OTHER_MACHINE,
                        SkippedFile.Cause.OTHER_LIBC,
                        SkippedFile.Cause.OTHER_LIBC,
                        SkippedFile.Cause.OTHER_MACHINE,
                        SkippedFile.Cause.STATIC,
                        SkippedFile.Cause.STATIC);
    }

    @Test
    void anAddonForGlibcIsSkippedUnderMuslUnlessThereIsALayerOfCompatibility() throws Exception {
        TestRoot root = TestRoot.alpine()
                .file("/prog", ElfWriter.amd64().program(TestRoot.MUSL))
                .file("/x.node", ElfWriter.amd64().needs("libc.so.6"));
        assertThat(root.resolve("/prog", "/x.node").skipped())
                .extracting(SkippedFile::cause)
                .containsExactly(SkippedFile.Cause.OTHER_LIBC);
        assertThat(root.link(TestRoot.GLIBC, TestRoot.MUSL)
                        .resolve("/prog", "/x.node")
                        .skipped())
                .isEmpty();
    }

    @Test
    void aLibraryOpenedByNameIsFoundByThePathsOfTheObjectThatOpensIt() throws Exception {
        TestRoot root = TestRoot.debian()
                .file(
                        "/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.GLIBC)
                                .needs("liba.so")
                                .rpath("/rpath"))
                .file("/rpath/liba.so", ElfWriter.amd64().runpath("/runpath"))
                .library("/runpath/libplugin.so", "libdeep.so")
                .library("/rpath/libplugin.so")
                .library("/rpath/libdeep.so");
        Closure opened = root.resolve(new ClosureRequest(
                "/prog", List.of(), List.of(new ClosureRequest.NamedLibrary("libplugin.so", "/rpath/liba.so"))));
        assertThat(TestRoot.paths(opened)).contains("/runpath/libplugin.so", "/rpath/libdeep.so");
        assertThat(opened.why("/rpath/libdeep.so")).hasSize(4);
        Closure byNobody = root.resolve(new ClosureRequest(
                "/prog",
                List.of(),
                List.of(
                        new ClosureRequest.NamedLibrary("libplugin.so", null),
                        new ClosureRequest.NamedLibrary("libnone.so", null))));
        assertThat(TestRoot.paths(byNobody)).contains("/rpath/libplugin.so").doesNotContain("/rpath/libdeep.so");
        assertThat(byNobody.skipped()).extracting(SkippedFile::path).containsExactly("libnone.so");
    }

    // Rules that an unprivileged test cannot demonstrate with the real loader

    @Test
    void auditLibrariesAreLoadedApart() throws Exception {
        Closure closure = TestRoot.debian()
                .file(
                        "/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.GLIBC)
                                .needs("liba.so")
                                .runpath("/main")
                                .audit("libaudit.so:libnone.so"))
                .library("/main/liba.so")
                .file("/main/libaudit.so", ElfWriter.amd64().needs("liba.so").runpath("/audit"))
                .library("/audit/liba.so")
                .resolve("/prog");
        assertThat(TestRoot.paths(closure))
                .containsExactly("/prog", TestRoot.GLIBC, "/main/libaudit.so", "/audit/liba.so", "/main/liba.so");
        assertThat(closure.problems()).isEmpty();
    }

    @Test
    void secureExecutionIgnoresTheEnvironmentAndDistrustsTheOrigin() throws Exception {
        TestRoot root = TestRoot.debian()
                .file(
                        "/opt/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.GLIBC)
                                .needs("liba.so")
                                .runpath("$ORIGIN:/a/$ORIGIN"))
                .library("/opt/liba.so")
                .library("/env/liba.so")
                .library(LIB + "liba.so");
        LoaderOptions options =
                LoaderOptions.ofEnvironment(Map.of("LD_LIBRARY_PATH", "/env", "LD_PRELOAD", "/env/liba.so"));
        assertThat(TestRoot.paths(root.options(options).resolve("/opt/prog"))).contains("/env/liba.so");
        assertThat(TestRoot.paths(root.options(options.withSecure(true)).resolve("/opt/prog")))
                .containsExactly("/opt/prog", TestRoot.GLIBC, LIB + "liba.so");
    }

    @Test
    void secureExecutionTrustsAnOriginBelowASystemDirectory() throws Exception {
        Closure closure = TestRoot.debian()
                .file(
                        "/usr/lib/app/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.GLIBC)
                                .needs("liba.so")
                                .runpath("$ORIGIN/../private"))
                .library("/usr/lib/private/liba.so")
                .options(LoaderOptions.defaults().withSecure(true))
                .resolve("/usr/lib/app/prog");
        assertThat(TestRoot.paths(closure)).contains("/usr/lib/app/../private/liba.so");
    }

    @Test
    void aTokenInANameIsAnErrorUnderSecureExecution() throws Exception {
        TestRoot root = TestRoot.debian().program("/prog", "$ORIGIN/liba.so").library("/liba.so");
        assertThat(root.resolve("/prog").problems()).isEmpty();
        assertThat(root.options(LoaderOptions.defaults().withSecure(true))
                        .resolve("/prog")
                        .problems())
                .extracting(StartProblem::kind, StartProblem::message)
                .containsExactly(tuple(
                        StartProblem.Kind.NOT_LOADABLE,
                        "Cannot load '$ORIGIN/liba.so' for '/prog': '$ORIGIN/liba.so' is not a library for it: a token,"
                                + " which secure execution forbids (expected a shared object)"));
    }

    @Test
    void aTokenWithoutAValueVoidsItsElementAlone() throws Exception {
        TestRoot root = TestRoot.debian()
                .file(
                        "/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.GLIBC)
                                .needs("/$PLATFORM/libnone.so", "liba.so")
                                .runpath("/one/$PLATFORM:/two"))
                .library("/one/liba.so")
                .library("/two/liba.so")
                .options(LoaderOptions.defaults().withCpu(CpuProfile.BASELINE));
        Closure closure = root.resolve("/prog");
        assertThat(closure.problems()).isEmpty();
        assertThat(TestRoot.paths(closure)).containsExactly("/prog", TestRoot.GLIBC, "/two/liba.so");
    }

    @Test
    void anAuxiliaryNameWhoseTokenHasNoValueIsAnError() throws Exception {
        Closure closure = TestRoot.debian()
                .file("/prog", ElfWriter.amd64().program(TestRoot.GLIBC).auxiliary("/$PLATFORM/libaux.so"))
                .options(LoaderOptions.defaults().withCpu(CpuProfile.BASELINE))
                .resolve("/prog");
        assertThat(closure.problems()).extracting(StartProblem::kind).containsExactly(StartProblem.Kind.NOT_LOADABLE);
    }

    @Test
    void aStaticPositionIndependentProgramIsItselfAlone() throws Exception {
        Closure closure = TestRoot.debian()
                .file("/prog", ElfWriter.amd64().needs().tag(0x6ffffffb, DynamicSection.FLAG_1_PIE))
                .resolve("/prog");
        assertThat(TestRoot.paths(closure)).containsExactly("/prog");
        assertThat(closure.problems()).isEmpty();
    }

    @Test
    void muslNeverLoadsASecondLibc() throws Exception {
        Closure closure = TestRoot.alpine()
                .file("/prog", ElfWriter.amd64().program(TestRoot.MUSL).needs("libown.so"))
                .file("/lib/libown.so", ElfWriter.amd64().soname("libc.so.6"))
                .resolve("/prog");
        assertThat(TestRoot.paths(closure)).containsExactly("/prog", TestRoot.MUSL);
        assertThat(closure.problems()).isEmpty();
    }

    @Test
    void underMuslAPrivilegedProgramHasNoOriginAndNoLibraryPath() throws Exception {
        TestRoot root = TestRoot.alpine()
                .file(
                        "/opt/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.MUSL)
                                .needs("liba.so", "libb.so")
                                .runpath("$ORIGIN"))
                .library("/opt/liba.so")
                .library("/lib/liba.so")
                .library("/env/libb.so")
                .library("/lib/libb.so");
        LoaderOptions options = LoaderOptions.ofEnvironment(Map.of("LD_LIBRARY_PATH", "/env"));
        assertThat(TestRoot.paths(root.options(options).resolve("/opt/prog"))).contains("/opt/liba.so", "/env/libb.so");
        assertThat(TestRoot.paths(root.options(options.withSecure(true)).resolve("/opt/prog")))
                .contains("/lib/liba.so", "/lib/libb.so");
    }

    @Test
    void underMuslAPathThatDoesNotFitItsBufferIsPassedOver() throws Exception {
        String deep = "/d".repeat(251);
        Closure closure = TestRoot.alpine()
                .file(
                        "/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.MUSL)
                                .needs("liba.so", "libbcd.so")
                                .runpath(deep))
                .library(deep + "/liba.so")
                .library(deep + "/libbcd.so")
                .library("/lib/libbcd.so")
                .resolve("/prog");
        // 510 and 512 bytes: the terminator needs one more.
        assertThat(TestRoot.paths(closure))
                .containsExactly("/prog", TestRoot.MUSL, deep + "/liba.so", "/lib/libbcd.so");
    }

    @Test
    void preloadedLibrariesMustBeSetUidUnderSecureExecution() throws Exception {
        Closure closure = TestRoot.debian()
                .program("/prog")
                .library(LIB + "libp.so")
                .options(LoaderOptions.ofEnvironment(Map.of("LD_PRELOAD", "libp.so"))
                        .withSecure(true))
                .resolve("/prog");
        assertThat(TestRoot.paths(closure)).containsExactly("/prog", TestRoot.GLIBC);
        assertThat(closure.skipped()).hasSize(1);
    }

    @Test
    void weakVersionsAndLibrariesWithoutVersionsAreNoProblem() throws Exception {
        Closure closure = TestRoot.debian()
                .file(
                        "/prog",
                        ElfWriter.amd64()
                                .program(TestRoot.GLIBC)
                                .needs("liba.so", "libb.so")
                                .needsVersion("liba.so", "A_1", "A_2?")
                                .needsVersion("libb.so", "B_1"))
                .file(LIB + "liba.so", ElfWriter.amd64().definesVersion("liba.so", "A_1"))
                .library(LIB + "libb.so")
                .resolve("/prog");
        assertThat(closure.problems()).isEmpty();
    }

    @Test
    void theCacheOfAnItemOfGuixsStoreCountsBeforeRunpath() throws Exception {
        String store = "/gnu/store/";
        String loader = store + "glibc/lib/ld-linux-x86-64.so.2";
        byte[] cache = LibraryCacheWriter.write(
                List.of(new CacheEntry("liba.so.1", store + "new-liba/lib/liba.so.1", 0x303, 0, null)),
                ByteOrder.LITTLE_ENDIAN);
        TestRoot root = new TestRoot()
                .loader(
                        loader,
                        "ld.so (GNU libc) stable release version 2.39.",
                        store + "glibc/lib/",
                        "lib",
                        "/ld.so cache is lacking",
                        "/gnu/store",
                        "/etc/ld.so.cache")
                .library(store + "old-liba/lib/liba.so.1")
                .library(store + "new-liba/lib/liba.so.1")
                .file("/etc/ld.so.cache", cache)
                .file(store + "git/etc/ld.so.cache", cache);
        ElfWriter program = ElfWriter.amd64().program(loader).needs("liba.so.1").runpath(store + "old-liba/lib");
        root.file(store + "git/bin/git", program).file("/opt/bin/git", program);
        assertThat(root.resolve(store + "git/bin/git").files())
                .extracting(OpenedFile::path)
                .contains(store + "new-liba/lib/liba.so.1")
                .doesNotContain(store + "old-liba/lib/liba.so.1");
        assertThat(root.resolve("/opt/bin/git").files())
                .extracting(OpenedFile::path)
                .contains(store + "old-liba/lib/liba.so.1")
                .doesNotContain(store + "new-liba/lib/liba.so.1");
    }

    @Test
    void aMissingVersionIsReported() throws Exception {
        Closure closure = TestRoot.debian()
                .program("/prog", "liba.so")
                .file(LIB + "liba.so", ElfWriter.amd64().needs("libb.so").needsVersion("libb.so", "B_1", "B_2"))
                .file(LIB + "libb.so", ElfWriter.amd64().definesVersion("libb.so", "B_1"))
                .resolve("/prog");
        assertThat(closure.problems())
                .containsExactly(new StartProblem(
                        StartProblem.Kind.MISSING_VERSION,
                        "/prog",
                        LIB + "liba.so",
                        List.of("/prog", LIB + "liba.so"),
                        "Cannot load '/lib/x86_64-linux-gnu/liba.so': no version 'B_2' in "
                                + "'/lib/x86_64-linux-gnu/libb.so' (expected one that defines it)"));
    }

    // Other architectures, by the defaults of glibc's build

    @Test
    void theFloatAbiOfRiscvSeparatesLibraries() throws Exception {
        String loader = "/lib/ld-linux-riscv64-lp64d.so.1";
        Closure closure = new TestRoot()
                .file(loader, riscv(5).soname("ld-linux-riscv64-lp64d.so.1"))
                .file("/prog", riscv(5).program(loader).needs("liba.so"))
                .file("/lib64/lp64d/liba.so", riscv(1))
                .file("/usr/lib64/lp64d/liba.so", riscv(5))
                .resolve("/prog");
        assertThat(TestRoot.paths(closure)).containsExactly("/prog", loader, "/usr/lib64/lp64d/liba.so");
    }

    @Test
    void librariesOfMipsMustHaveAFloatModeInCommonWithAllThatIsLoaded() throws Exception {
        String loader = "/lib/ld.so.1";
        String program = "/prog";
        // FPXX is compatible with either, but double and 64 are not compatible with each other.
        Closure closure = new TestRoot()
                .file(loader, mips(5).soname("ld.so.1"))
                .file(
                        program,
                        mips(5).program(loader).needs("liba.so", "libb.so").runpath("/one:/two"))
                .file("/one/liba.so", mips(1))
                .file("/one/libb.so", mips(6))
                .file("/two/libb.so", mips(0))
                .resolve(program);
        assertThat(closure.problems()).isEmpty();
        assertThat(TestRoot.paths(closure)).containsExactly(program, loader, "/one/liba.so", "/two/libb.so");
        assertThat(closure.whyNot("libb.so"))
                .extracting(ProbedPath::path, ProbedPath::detail)
                .containsExactly(
                        tuple("/one/libb.so", "for float ABI 64 (expected one compatible with everything loaded)"));
    }

    private static ElfWriter mips(int floatAbi) {
        return new ElfWriter(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN)
                .machine(ElfMachine.MIPS)
                .mipsFloatAbi(floatAbi);
    }

    @Test
    void anOldLoaderPassesOverWhatIsForAnotherSystem() throws Exception {
        for (boolean old : new boolean[] {true, false}) {
            String version = old ? "2.35" : "2.36";
            TestRoot root = new TestRoot()
                    .loader(
                            TestRoot.GLIBC,
                            "ld.so (GNU libc) stable release version " + version + ".\nCopyright",
                            "/lib64/\0/usr/lib64/",
                            "lib64",
                            "/etc/ld.so.cache",
                            "glibc-hwcaps/")
                    .program("/prog", "liba.so")
                    .file("/lib64/liba.so", ElfWriter.amd64().abiTag(1, 0, 0, 0))
                    .file("/usr/lib64/liba.so", ElfWriter.amd64().abiTag(0, 99, 0, 0));
            assertThat(TestRoot.paths(root.resolve("/prog"))).contains(old ? "/usr/lib64/liba.so" : "/lib64/liba.so");
        }
    }

    private static ElfWriter riscv(int flags) {
        return ElfWriter.amd64().machine(ElfMachine.RISCV).flags(flags);
    }

    @Test
    void theFloatAbiOfArmEndsTheSearch() throws Exception {
        String loader = "/lib/ld-linux-armhf.so.3";
        Closure closure = new TestRoot()
                .file(loader, arm(0x05000400))
                .file("/prog", arm(0x05000400).program(loader).needs("liba.so"))
                .file("/lib/liba.so", arm(0x05000200))
                .file("/usr/lib/liba.so", arm(0x05000400))
                .resolve("/prog");
        assertThat(closure.problems()).extracting(StartProblem::kind).containsExactly(StartProblem.Kind.NOT_LOADABLE);
    }

    private static ElfWriter arm(int flags) {
        return new ElfWriter(ElfClass.ELF32, ByteOrder.LITTLE_ENDIAN)
                .machine(ElfMachine.ARM)
                .flags(flags);
    }

    @Test
    void bigEndianFilesAreResolvedAlike() throws Exception {
        String loader = "/lib/ld64.so.1";
        Closure closure = new TestRoot()
                .file(loader, s390())
                .file("/prog", s390().program(loader).needs("liba.so"))
                .file("/lib64/liba.so", s390().machine(ElfMachine.S390_OLD))
                .resolve("/prog");
        assertThat(TestRoot.paths(closure)).containsExactly("/prog", loader, "/lib64/liba.so");
    }

    private static ElfWriter s390() {
        return new ElfWriter(ElfClass.ELF64, ByteOrder.BIG_ENDIAN).machine(ElfMachine.S390);
    }
}
