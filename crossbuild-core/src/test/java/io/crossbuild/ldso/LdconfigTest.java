// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.Closure;
import io.crossbuild.elf.ElfWriter;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Cases that need no ldconfig to compare with; the others are in {@link LdconfigIT}. */
class LdconfigTest {
    private static final LoaderOptions OPTIONS = LoaderOptions.defaults().withLdconfig(true);

    /** A loader as upstream builds it. */
    private static TestRoot upstream() {
        return new TestRoot()
                .loader(
                        TestRoot.GLIBC,
                        "ld.so (GNU libc) stable release version 2.41.\nCopyright",
                        "/lib64/\0/usr/lib64/",
                        "lib64",
                        "/etc/ld.so.cache",
                        "glibc-hwcaps/",
                        "x86-64-v4:x86-64-v3:x86-64-v2")
                .options(OPTIONS);
    }

    @Test
    void theOtherDirectoriesOfTheArchitectureAreBuiltInToo() throws Exception {
        Closure closure = upstream()
                .library("/usr/lib/liba.so.1")
                .library("/usr/lib64/liba.so.1")
                .library("/lib/libb.so.1")
                .program("/prog", "liba.so.1", "libb.so.1")
                .resolve("/prog");
        // /usr/lib comes before /usr/lib64, and no loader searches it by default.
        assertThat(TestRoot.paths(closure))
                .containsExactly("/prog", TestRoot.GLIBC, "/usr/lib/liba.so.1", "/lib/libb.so.1");
        assertThat(Objects.requireNonNull(closure.neededCache()).entries())
                .extracting(CacheEntry::path)
                .containsExactly("/usr/lib/liba.so.1", "/lib/libb.so.1");
    }

    @Test
    void anOldCacheDoesNotCount() throws Exception {
        byte[] old = LibraryCacheWriter.write(
                List.of(new CacheEntry("liba.so.1", "/old/liba.so.1", 0x303, 0, null)), ByteOrder.LITTLE_ENDIAN);
        TestRoot root = upstream()
                .file("/etc/ld.so.cache", old)
                .text("/etc/ld.so.conf", "/new")
                .library("/old/liba.so.1")
                .library("/new/liba.so.1")
                .program("/prog", "liba.so.1");
        assertThat(TestRoot.paths(root.resolve("/prog"))).contains("/new/liba.so.1");
        assertThat(TestRoot.paths(root.options(LoaderOptions.defaults()).resolve("/prog")))
                .contains("/old/liba.so.1");
    }

    @Test
    void aLinkThatLdconfigWouldMakeIsNotThere() throws Exception {
        Closure closure = upstream()
                .text("/etc/ld.so.conf", "/new")
                .file("/new/liba.so.1.0", ElfWriter.amd64().soname("liba.so.1"))
                .program("/prog", "liba.so.1")
                .resolve("/prog");
        assertThat(closure.missing()).hasSize(1);
        assertThat(closure.whyNot("liba.so.1"))
                .first()
                .satisfies(p -> assertThat(p.path()).isEqualTo("/new/liba.so.1"));
    }

    @Test
    void manyFilesThatIncludeEachOtherEndSoon() throws Exception {
        TestRoot root = upstream().library("/new/liba.so.1").program("/prog", "liba.so.1");
        for (int i = 0; i < 20; i++) {
            root.text("/etc/ld.so.conf.d/" + i, "include *\n");
        }
        root.text("/etc/ld.so.conf", "/new\ninclude ld.so.conf.d/*\n");
        assertThat(root.resolve("/prog").missing()).isEmpty();
    }

    @Test
    void filesThatIncludeEachOtherEnd() throws Exception {
        Closure closure = upstream()
                .text("/etc/ld.so.conf", "include ld.so.conf /etc/ld*.conf\n/new\n")
                .library("/new/liba.so.1")
                .program("/prog", "liba.so.1")
                .resolve("/prog");
        assertThat(closure.missing()).isEmpty();
    }
}
