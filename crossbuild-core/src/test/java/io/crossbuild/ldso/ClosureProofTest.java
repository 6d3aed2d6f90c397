// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.closure.Closure;
import io.crossbuild.closure.NeededCache;
import io.crossbuild.elf.ElfWriter;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class ClosureProofTest {
    private static TestRoot original() throws Exception {
        return TestRoot.debian()
                .program("/prog", "liba.so", "libb.so")
                .library("/lib/liba.so", "libc1.so")
                .library("/usr/lib/libb.so")
                .library("/usr/lib/libc1.so");
    }

    @Test
    void aWholeCopyHasNoDifference() throws Exception {
        assertThat(ClosureProof.compare(
                                original().resolve("/prog"), original().resolve("/prog"), UnaryOperator.identity())
                        .holds())
                .isTrue();
    }

    @Test
    void aLibraryThatWasNotCopiedIsLost() throws Exception {
        Closure copy = TestRoot.debian()
                .program("/prog", "liba.so", "libb.so")
                .library("/lib/liba.so", "libc1.so")
                .library("/usr/lib/libc1.so")
                .resolve("/prog");
        ClosureProof proof = ClosureProof.compare(original().resolve("/prog"), copy, UnaryOperator.identity());
        assertThat(proof.holds()).isFalse();
        assertThat(proof.differences())
                .extracting(d -> d.kind() + " " + d.path())
                .containsExactly("LOST /usr/lib/libb.so", "MISSING /prog", "LOADED_DIFFERENTLY /prog");
    }

    @Test
    void anotherFileUnderTheNameIsReported() throws Exception {
        Closure copy = original().library("/lib/x86_64-linux-gnu/libb.so").resolve("/prog");
        assertThat(ClosureProof.compare(original().resolve("/prog"), copy, UnaryOperator.identity())
                        .differences())
                .extracting(d -> d.kind() + " " + d.path())
                .containsExactly(
                        "LOST /usr/lib/libb.so", "ADDED /lib/x86_64-linux-gnu/libb.so", "LOADED_DIFFERENTLY /prog");
    }

    @Test
    void aCopyMayLieElsewhere() throws Exception {
        Closure original = TestRoot.debian()
                .program("/prog")
                .file("/root/modules/x.node", ElfWriter.amd64().needs("liba.so").runpath("$ORIGIN"))
                .library("/root/modules/liba.so")
                .resolve("/prog", "/root/modules/x.node");
        Closure copy = TestRoot.debian()
                .program("/prog")
                .file("/modules/x.node", ElfWriter.amd64().needs("liba.so").runpath("$ORIGIN"))
                .library("/modules/liba.so")
                .resolve("/prog", "/modules/x.node");
        UnaryOperator<String> place = p -> p.startsWith("/root/") ? p.substring(5) : p;
        assertThat(ClosureProof.compare(original, copy, place).differences()).isEmpty();
        assertThat(ClosureProof.compare(original, copy, UnaryOperator.identity())
                        .holds())
                .isFalse();
    }

    @Test
    void whereTheCacheWasNeededTheOneWrittenIsEnough() throws Exception {
        NeededCache cache = new NeededCache(
                "/etc/ld.so.cache",
                ByteOrder.LITTLE_ENDIAN,
                List.of(new CacheEntry("liba.so", "/opt/liba.so", 0x303, 0, null)));
        TestRoot whole = TestRoot.debian()
                .program("/prog", "liba.so", "libb.so")
                .library("/opt/liba.so")
                .library("/usr/lib/libb.so")
                .file(
                        "/etc/ld.so.cache",
                        LibraryCacheWriter.write(
                                List.of(
                                        cache.entries().get(0),
                                        new CacheEntry("libb.so", "/usr/lib/libb.so", 0x303, 0, null),
                                        new CacheEntry("libz.so", "/opt/libz.so", 0x303, 0, null)),
                                cache.byteOrder()));
        Closure original = whole.resolve("/prog");
        assertThat(original.neededCache()).isEqualTo(cache);
        TestRoot copy = TestRoot.debian()
                .program("/prog", "liba.so", "libb.so")
                .library("/opt/liba.so")
                .library("/usr/lib/libb.so");
        assertThat(ClosureProof.compare(original, copy.resolve("/prog"), UnaryOperator.identity())
                        .holds())
                .isFalse();
        NeededCache needed = Objects.requireNonNull(original.neededCache());
        copy.file(cache.path(), LibraryCacheWriter.write(needed.entries(), needed.byteOrder()));
        assertThat(ClosureProof.compare(original, copy.resolve("/prog"), UnaryOperator.identity())
                        .differences())
                .isEmpty();
    }

    @Test
    void theLibraryPathOfTheProgramBelongsToTheQuestion() throws Exception {
        TestRoot root = TestRoot.debian().program("/prog", "liba.so").library("/env/liba.so");
        Closure with = root.options(LoaderOptions.ofEnvironment(Map.of("LD_LIBRARY_PATH", "/env")))
                .resolve("/prog");
        Closure without = root.options(LoaderOptions.defaults()).resolve("/prog");
        assertThat(ClosureProof.compare(with, without, UnaryOperator.identity()).holds())
                .isFalse();
    }
}
