// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.Needs;
import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.NeededCache;
import io.crossbuild.elf.ElfFile;
import io.crossbuild.elf.ElfHeader;
import io.crossbuild.tree.FileContent;
import io.crossbuild.tree.HostFileTree;
import io.crossbuild.tree.TreePaths;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares our prediction of ldconfig's cache with the one that it writes, entry by entry in order. */
class LdconfigIT {
    private static final String CACHE = "/etc/ld.so.cache";
    private static final String LIBRARIES = "/usr/lib/x86_64-linux-gnu/";

    @TempDir
    Path root;

    @TempDir
    Path work;

    @BeforeAll
    static void needsAMachineWithGlibc() {
        assumeTrue(Files.exists(Lab.GLIBC), "not a machine with glibc for x86-64");
        // The machine's own, not Debian's: it belongs to the machine's loader.
        Needs.that(Files.isExecutable(Path.of("/sbin/ldconfig")), "no /sbin/ldconfig");
    }

    private static List<CacheEntry> ours(Path root) throws Exception {
        try (HostFileTree tree = HostFileTree.open(root)) {
            ElfHeader header = header(tree);
            TreeView view = new TreeView(tree);
            LoaderFacts facts = LoaderFactsReader.read(
                    header, view.head(view.regularFile(Lab.GLIBC.toString()).orElseThrow(), 1 << 23));
            byte[] content =
                    LibraryCacheWriter.write(new Ldconfig(view, facts, header).entries(CACHE), header.byteOrder());
            return usable(content, header);
        }
    }

    private static List<CacheEntry> real(Path root, Path cache) throws Exception {
        try (HostFileTree tree = HostFileTree.open(root)) {
            return usable(Files.readAllBytes(cache), header(tree));
        }
    }

    private static ElfHeader header(HostFileTree tree) throws Exception {
        try (FileContent content =
                tree.open(TreePaths.find(tree, Lab.GLIBC.toString()).orElseThrow())) {
            return ElfFile.read(content, "loader").header();
        }
    }

    /** The entries that the loader considers; those that others always hide are left out. */
    private static List<CacheEntry> usable(byte[] content, ElfHeader loader) throws Exception {
        Map<List<Object>, CacheEntry> result = new LinkedHashMap<>();
        for (LibraryCache.Entry e :
                LibraryCache.read(content, "cache", loader.byteOrder()).all()) {
            if (CacheLookup.isAccepted(loader, e.flags())) {
                boolean named = e.subdirectory() != null;
                CacheEntry entry = new CacheEntry(
                        e.name(),
                        e.path(),
                        e.flags(),
                        named ? 0 : e.hwcap(),
                        e.subdirectory(),
                        named ? e.isaLevel() : 0);
                result.putIfAbsent(
                        List.of(
                                entry.name(),
                                entry.flags(),
                                entry.capabilities(),
                                String.valueOf(entry.subdirectory())),
                        entry);
            }
        }
        return new ArrayList<>(result.values());
    }

    @Test
    void theMachinesOwnCache() throws Exception {
        Path cache = work.resolve("cache");
        Lab.execute(List.of("/sbin/ldconfig", "-X", "-C", cache.toString()));
        List<CacheEntry> expected = real(Path.of("/"), cache);
        assertThat(expected).hasSizeGreaterThan(40);
        assertThat(ours(Path.of("/"))).isEqualTo(expected);
    }

    @Test
    void everyRuleInOneRoot() throws Exception {
        Path launcher = ChrootSystem.launcher(work);
        Lab lab = new Lab(root, ChrootSystem.prepare(launcher, root, Lab.GLIBC));
        lab.text("etc/ld.so.conf", """
                # comment
                /opt/one/   # the first
                \tinclude /etc/ld.so.conf.d/*.conf  other/[a-b]?.cfg
                hwcap 1 nosegneg
                /opt/one
                /opt/link/
                /none
                /opt/zero//
                """);
        lab.text("etc/ld.so.conf.d/20-b.conf", "/opt/twenty\n");
        lab.text("etc/ld.so.conf.d/10-a.conf", "/opt/ten\ninclude /etc/nested\n");
        lab.text("etc/ld.so.conf.d/.hidden.conf", "/opt/hidden\n");
        lab.text("etc/ld.so.conf.d/30.other", "/opt/hidden\n");
        lab.text("etc/other/a1.cfg", "/opt/other\n");
        lab.text("etc/other/c1.cfg", "/opt/hidden\n");
        lab.text("etc/nested", "/opt/nested\n");
        for (String directory : new String[] {"one", "ten", "twenty", "nested", "other", "hidden", "zero"}) {
            String path = "opt/" + directory + "/";
            lab.library(path + "libsame.so.1.0").soname("libsame.so.1").make();
            lab.library(path + "lib" + directory + ".so").make();
        }
        lab.link("opt/link", "one");
        lab.library("usr/lib/libsame.so.1.0").soname("libsame.so.1").make();
        lab.library("lib/liblib.so.10").soname("liblib.so.10").make();
        lab.library(LIBRARIES.substring(1) + "libdefault.so.1")
                .soname("libdefault.so.1")
                .make();
        names(lab, "opt/one/");
        subdirectories(lab, "opt/ten/");
        ChrootSystem.ldconfig(launcher, root, "-X");
        assertAgreed();
        // The links that it makes exist now.
        ChrootSystem.ldconfig(launcher, root);
        assertAgreed();
    }

    private static void names(Lab lab, String path) throws Exception {
        lab.library(path + "libtwo.so.1.9").soname("libtwo.so.1").make();
        lab.library(path + "libtwo.so.1.10").soname("libtwo.so.1").make();
        lab.link(path + "libtwo.so.1", "libtwo.so.1.9");
        lab.library(path + "libdev.so.3.1").soname("libdev.so.3").make();
        lab.link(path + "libdev.so", "libdev.so.3.1");
        lab.link(path + "libdev.so.3", "libdev.so.3.1");
        lab.library(path + "libimp.so.7").soname("libother.so.2").make();
        lab.link(path + "libother.so", "libimp.so.7");
        lab.link(path + "libaway.so.4", "/opt/zero/libsame.so.1.0");
        lab.link(path + "libgone.so.4", "nowhere");
        lab.library(path + "libnone.so.dpkg-new").make();
        lab.library(path + "libnone.so;59").make();
        lab.library(path + "plugin.so").make();
        lab.library(path + "ld-own.so.1").soname("ld-own.so.1").make();
        lab.library(path + "libnumber.so.01").soname("libnumber.so.01").make();
        lab.library(path + "libnumber.so.2").soname("libnumber.so.2").make();
        lab.text(path + "libscript.so", "INPUT(libtwo.so.1)\n");
        lab.text(path + "libempty.so", "");
        lab.program(path + "libprogram.so").make();
        lab.library(path + "libnarrow.so.1").soname("libnarrow.so.1").make();
        // As if for 32-bit ARM.
        lab.patch(path + "libnarrow.so.1", 18, 40);
    }

    private static void subdirectories(Lab lab, String path) throws Exception {
        for (String below : new String[] {
            "glibc-hwcaps/x86-64-v2/",
            "glibc-hwcaps/x86-64-v3/",
            "glibc-hwcaps/made-up/",
            "glibc-hwcaps/.hidden/",
            "glibc-hwcaps/a:b/",
            "haswell/",
            "tls/haswell/x86_64/",
            "avx512_1/",
            "unknown/"
        }) {
            lab.library(path + below + "libsame.so.1.0").soname("libsame.so.1").make();
            lab.library(path + below + "libsub.so.5").soname("libsub.so.5").make();
        }
        lab.library(path + "glibc-hwcaps/x86-64-v3/libisa.so.1")
                .soname("libisa.so.1")
                .option("-Wl,-z,x86-64-v3")
                .make();
        lab.link(path + "glibc-hwcaps/linked", "../../one");
    }

    private void assertAgreed() throws Exception {
        List<CacheEntry> expected = real(root, root.resolve("etc/ld.so.cache"));
        assertThat(expected).hasSizeGreaterThan(30);
        assertThat(ours(root)).isEqualTo(expected);
    }

    /** Roots with their own ldconfig: 2.31 without glibc-hwcaps, 2.41 with only these. */
    @ParameterizedTest
    @ValueSource(strings = {"bullseye", "trixie testing"})
    void rootsOfDebian(String suites) throws Exception {
        Needs.that(Files.isExecutable(Path.of("/usr/bin/apt-get")), "not a Debian machine");
        DebianRoot debian = null;
        try {
            debian = DebianRoot.unpack(work, List.of(suites.split(" ")), "amd64", "libc-bin", "openssl", "perl");
        } catch (DebianRoot.UnusableException e) {
            abort("the mirror has no usable index: " + e.getMessage());
        }
        Path there = debian.path();
        Path launcher = ChrootSystem.launcher(work);
        Lab lab = new Lab(there, ChrootSystem.in(launcher, Lab.GLIBC));
        subdirectories(lab, "usr/local/lib/");
        RealLoader.Answer answer = RealLoader.run(
                List.of(
                        launcher.toString(),
                        there.toString(),
                        "--",
                        Files.exists(there.resolve("sbin/ldconfig")) ? "/sbin/ldconfig" : "/usr/sbin/ldconfig",
                        "-X"),
                Map.of(),
                Lab.GLIBC);
        Needs.that(answer.status() == 0, "cannot change the root: " + answer.errors());
        List<CacheEntry> expected = real(there, there.resolve("etc/ld.so.cache"));
        assertThat(expected).hasSizeGreaterThan(20);
        assertThat(ours(there)).isEqualTo(expected);
    }

    @Test
    void aProgramFindsItsLibraryWithoutACache() throws Exception {
        Lab lab = new Lab(root, ChrootSystem.prepare(ChrootSystem.launcher(work), root, Lab.GLIBC));
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        lab.program("prog").needs("liba.so.1").make();
        try (HostFileTree tree = HostFileTree.open(root)) {
            LoaderOptions options = LoaderOptions.defaults();
            assertThat(new ClosureResolver(tree, options)
                            .resolve("/prog", List.of())
                            .missing())
                    .hasSize(1);
            Closure closure = new ClosureResolver(tree, options.withLdconfig(true)).resolve("/prog", List.of());
            assertThat(closure.problems()).isEmpty();
            NeededCache cache = Objects.requireNonNull(closure.neededCache());
            Files.write(root.resolve("etc/ld.so.cache"), LibraryCacheWriter.write(cache.entries(), cache.byteOrder()));
        }
        // The real loader reads the cache of a copy.
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /opt/lib/liba.so.1");
    }
}
