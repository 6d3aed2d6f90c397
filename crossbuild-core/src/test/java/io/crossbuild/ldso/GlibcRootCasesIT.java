// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.crossbuild.Needs;
import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.LinkMap;
import io.crossbuild.closure.NeededCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules of glibc's loader that need a separate root file system: the cache, system directories, absolute links. */
class GlibcRootCasesIT {
    @TempDir
    Path root;

    @TempDir
    static Path work;

    private static Path launcher;
    private Lab lab;

    @BeforeAll
    static void prepare() throws Exception {
        assumeTrue(Files.exists(Lab.GLIBC), "not a machine with glibc for x86-64");
        launcher = ChrootSystem.launcher(work);
    }

    @BeforeEach
    void open() throws Exception {
        ChrootSystem system = ChrootSystem.prepare(launcher, root, Lab.GLIBC);
        Needs.that(system.works(root), "cannot change the root");
        lab = new Lab(root, system);
    }

    private void ldconfig(String... options) throws Exception {
        ChrootSystem.ldconfig(launcher, root, options);
    }

    // The cache

    @Test
    void aLibraryMayBeFoundThroughTheCacheAlone() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /opt/lib/liba.so.1");
        Closure closure = lab.closure("prog", Map.of());
        NeededCache cache = Objects.requireNonNull(closure.neededCache());
        assertThat(cache.path()).isEqualTo("/etc/ld.so.cache");
        assertThat(cache.entries()).extracting(CacheEntry::path).containsExactly("/opt/lib/liba.so.1");
        // The loader reads our cache just as it reads that of ldconfig.
        Files.write(lab.path("etc/ld.so.cache"), LibraryCacheWriter.write(cache.entries(), cache.byteOrder()));
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /opt/lib/liba.so.1");
    }

    @Test
    void theConfigurationOfLdconfigIsNotReadByTheLoader() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => not found");
    }

    @Test
    void theCacheGoesBeforeTheSystemDirectories() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.library("lib/x86_64-linux-gnu/liba.so.1").soname("liba.so.1").make();
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /opt/lib/liba.so.1");
    }

    @Test
    void anEntryWhoseFileIsGoneLeadsToTheSystemDirectories() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        Files.delete(lab.path("opt/lib/liba.so.1"));
        lab.library("usr/lib/liba.so.1").soname("liba.so.1").make();
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /usr/lib/liba.so.1");
    }

    @Test
    void anEntryWhoseFileIsForTheOtherWordSizeNowIsPassedOver() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").option("-m32").make();
        lab.library("lib/liba.so.1").soname("liba.so.1").make();
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /lib/liba.so.1");
    }

    @Test
    void librariesOfBothWordSizesShareTheCache() throws Exception {
        lab.library("opt/a/liba.so.1").soname("liba.so.1").option("-m32").make();
        lab.library("opt/b/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/a\n/opt/b\n");
        ldconfig();
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /opt/b/liba.so.1");
    }

    @Test
    void theCompatibleFormatOfTheCacheIsRead() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig("-c", "compat");
        assertThat(new String(Files.readAllBytes(lab.path("etc/ld.so.cache")), StandardCharsets.ISO_8859_1))
                .startsWith("ld.so-1.7.0");
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /opt/lib/liba.so.1");
    }

    @Test
    void theOldFormatOfTheCacheIsRead() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig("-c", "old");
        lab.program("prog").needs("liba.so.1").make();
        lab.agreed("prog");
    }

    @Test
    void numbersInNamesOfTheCacheAreComparedAsNumbers() throws Exception {
        lab.library("opt/lib/liba.so.01").soname("liba.so.01").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /opt/lib/liba.so.01");
    }

    @Test
    void theCacheKnowsTheSubdirectoriesByProcessor() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.library("opt/lib/glibc-hwcaps/x86-64-v2/liba.so.1")
                .soname("liba.so.1")
                .make();
        lab.library("opt/lib/glibc-hwcaps/x86-64-v3/liba.so.1")
                .soname("liba.so.1")
                .make();
        lab.library("opt/lib/glibc-hwcaps/x86-64-v9/liba.so.1")
                .soname("liba.so.1")
                .make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.program("prog").needs("liba.so.1").make();
        List<String> found = lab.agreed("prog");
        assertThat(found).hasSize(1).first().asString().contains("glibc-hwcaps");
        NeededCache cache = Objects.requireNonNull(lab.portableClosure("prog").neededCache());
        assertThat(cache.entries()).hasSize(3);
        Files.write(lab.path("etc/ld.so.cache"), LibraryCacheWriter.write(cache.entries(), cache.byteOrder()));
        assertThat(lab.agreed("prog")).isEqualTo(found);
    }

    @Test
    void theCacheKnowsTheLegacySubdirectories() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.library("opt/lib/haswell/liba.so.1").soname("liba.so.1").make();
        lab.library("opt/lib/tls/libb.so.1").soname("libb.so.1").make();
        lab.library("opt/lib/avx512_1/libd.so.1").soname("libd.so.1").make();
        lab.library("opt/lib/xeon_phi/libe.so.1").soname("libe.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.program("prog")
                .needs("liba.so.1", "libb.so.1", "libd.so.1", "libe.so.1")
                .make();
        assertThat(lab.agreed("prog")).hasSize(4);
    }

    @Test
    void aDamagedCacheIsIgnored() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.patch("etc/ld.so.cache", 23, 0x7F);
        lab.library("usr/lib/liba.so.1").soname("liba.so.1").make();
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /usr/lib/liba.so.1");
    }

    @Test
    void aCacheOfTheOtherByteOrderIsIgnored() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.patch("etc/ld.so.cache", 28, 3);
        lab.program("prog").needs("liba.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => not found");
    }

    @Test
    void anObjectThatExcludesSystemDirectoriesTakesOtherEntriesOfTheCache() throws Exception {
        lab.library("opt/lib/liba.so.1").soname("liba.so.1").make();
        lab.library("usr/lib/libb.so.1").soname("libb.so.1").make();
        lab.text("etc/ld.so.conf", "/opt/lib\n");
        ldconfig();
        lab.program("prog")
                .needs("liba.so.1", "libb.so.1")
                .option("-Wl,-z,nodefaultlib")
                .make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so.1 => /opt/lib/liba.so.1", "libb.so.1 => not found");
    }

    // System directories

    @Test
    void systemDirectoriesComeInTheLoadersOwnOrder() throws Exception {
        for (String directory : new String[] {"usr/lib", "lib", "usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu"}) {
            lab.library(directory + "/lib" + directory.replace('/', '-') + ".so")
                    .make();
        }
        lab.library("usr/lib/liblib.so").make();
        lab.library("lib/libusr-lib-x86_64-linux-gnu.so").make();
        lab.library("lib64/libwide.so").make();
        lab.library("usr/local/lib/liblocal.so").make();
        lab.program("prog")
                .needs(
                        "libusr-lib.so",
                        "liblib.so",
                        "libusr-lib-x86_64-linux-gnu.so",
                        "liblib-x86_64-linux-gnu.so",
                        "libwide.so",
                        "liblocal.so")
                .make();
        lab.agreed("prog");
    }

    @Test
    void relativeDirectoriesStartFromTheWorkingDirectory() throws Exception {
        lab.library("liba.so").make();
        lab.library("d/libb.so").make();
        lab.program("prog").needs("liba.so", "libb.so").make();
        assertThat(lab.closure("prog", Map.of("LD_LIBRARY_PATH", ":d"))
                        .linkMaps()
                        .get(0)
                        .objects())
                .extracting(LinkMap.Loaded::path)
                .containsExactly("/liba.so", "/d/libb.so");
    }

    @Test
    void withoutProcTheProgramHasNoOrigin() throws Exception {
        lab.library("d/liba.so").make();
        lab.program("prog").needs("liba.so").runpath("$ORIGIN/d").make();
        // We report what the program does in a complete system; the loader alone cannot.
        assertThat(lab.closure("prog", Map.of()).missing()).isEmpty();
    }

    // Links inside a root

    @Test
    void anAbsoluteLinkStartsAgainAtTheRoot() throws Exception {
        lab.library("store/liba.so.1").soname("liba.so.1").make();
        lab.link("opt/lib", "/store");
        lab.link("lib/libb.so.1", "/opt/lib/liba.so.1");
        lab.program("prog").needs("libb.so.1").make();
        assertThat(lab.agreed("prog")).containsExactly("libb.so.1 => /lib/libb.so.1");
        Closure closure = lab.closure("prog", Map.of());
        assertThat(closure.files()).last().satisfies(f -> {
            assertThat(f.canonicalPath()).isEqualTo("/store/liba.so.1");
            assertThat(f.links()).containsExactly("/lib/libb.so.1", "/opt/lib");
        });
    }

    @Test
    void aLinkNeverLeavesTheRoot() throws Exception {
        lab.link("opt/hostleak", "/usr/lib/x86_64-linux-gnu");
        lab.link("opt/up", "../../../../../../../../usr/lib/x86_64-linux-gnu");
        lab.program("prog").needs("libc.so.6").runpath("/opt/hostleak:/opt/up").make();
        assertThat(lab.agreed("prog")).containsExactly("libc.so.6 => not found");
    }

    @Test
    void aMergedUsrDirectoryIsFollowed() throws Exception {
        lab.directory("usr/lib/x86_64-linux-gnu");
        lab.link("lib", "usr/lib");
        lab.library("usr/lib/x86_64-linux-gnu/liba.so").make();
        lab.program("prog").needs("liba.so").make();
        assertThat(lab.agreed("prog")).containsExactly("liba.so => /lib/x86_64-linux-gnu/liba.so");
    }

    // The system's list of libraries to load first

    @Test
    void theSystemsListOfPreloadedLibrariesCountsAfterTheVariable() throws Exception {
        lab.library("p/libone.so").make();
        lab.library("p/libtwo.so").make();
        lab.library("p/libthree.so").make();
        lab.library("usr/lib/liba.so").make();
        lab.text("etc/ld.so.preload", "/p/libone.so /none.so # /p/libthree.so\n\n/p/libtwo.so");
        lab.program("prog").needs("liba.so").make();
        assertThat(lab.agreed("prog", Map.of("LD_PRELOAD", "/p/libthree.so")))
                .containsExactly(
                        "/p/libthree.so => /p/libthree.so",
                        "/p/libone.so => /p/libone.so",
                        "/p/libtwo.so => /p/libtwo.so",
                        "liba.so => /usr/lib/liba.so");
        assertThat(lab.opened(lab.closure("prog", Map.of()))).contains("/etc/ld.so.preload");
    }
}
