// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.error.MalformedInputException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LibraryCacheTest {
    private static final int AMD64 = 0x303;
    private static final int MUTANTS = Integer.getInteger("crossbuild.mutants", 15_000);

    private static CacheEntry entry(String name, String path) {
        return new CacheEntry(name, path, AMD64, 0, null);
    }

    private static byte[] cache(CacheEntry... entries) {
        return LibraryCacheWriter.write(List.of(entries), ByteOrder.LITTLE_ENDIAN);
    }

    private static LibraryCache read(byte[] content) throws MalformedInputException {
        return LibraryCache.read(content, "cache", ByteOrder.LITTLE_ENDIAN);
    }

    /** A loader of x86-64 that prefers some subdirectories, the best first. */
    private record Amd64Reader(List<String> subdirectories, boolean legacy) implements LibraryCache.Reader {
        @Override
        public boolean accepts(int flags) {
            return flags == AMD64;
        }

        @Override
        public int exactFlags() {
            return AMD64;
        }

        @Override
        public int priority(String subdirectory) {
            return subdirectories.indexOf(subdirectory) + 1;
        }

        @Override
        public boolean acceptsIsaLevel(int level) {
            return level <= 2;
        }

        @Override
        public boolean acceptsOsVersion(int version) {
            return version >>> 24 == 0;
        }

        @Override
        public boolean acceptsLegacy(LibraryCache.Entry entry) {
            return legacy;
        }
    }

    static String search(LibraryCache cache, String name) {
        LibraryCache.Entry found = cache.search(name, new Amd64Reader(List.of("v3", "v2"), false));
        return found == null ? "" : found.path();
    }

    @Test
    void everyNameIsFound() throws Exception {
        CacheEntry[] entries = new CacheEntry[200];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = entry("lib" + (char) ('a' + i % 26) + ".so." + i, "/l/" + i);
        }
        LibraryCache cache = read(cache(entries));
        for (CacheEntry e : entries) {
            assertThat(search(cache, e.name())).isEqualTo(e.path());
        }
        assertThat(search(cache, "libnone.so")).isEmpty();
        assertThat(cache.all()).hasSize(200);
    }

    @Test
    void numbersCompareAsNumbers() throws Exception {
        LibraryCache cache =
                read(cache(entry("liba.so.10", "/ten"), entry("liba.so.9", "/nine"), entry("liba.so.1", "/one")));
        assertThat(search(cache, "liba.so.9")).isEqualTo("/nine");
        assertThat(search(cache, "liba.so.10")).isEqualTo("/ten");
        assertThat(search(cache, "liba.so.01")).isEqualTo("/one");
    }

    @Test
    void anEntryForAnotherArchitectureIsPassedOver() throws Exception {
        LibraryCache cache = read(cache(new CacheEntry("liba.so", "/32", 3, 0, null), entry("liba.so", "/64")));
        assertThat(search(cache, "liba.so")).isEqualTo("/64");
    }

    @Test
    void theBestSubdirectoryWins() throws Exception {
        LibraryCache cache = read(cache(
                entry("liba.so", "/base"),
                new CacheEntry("liba.so", "/v2", AMD64, 0, "v2"),
                new CacheEntry("liba.so", "/v3", AMD64, 0, "v3"),
                new CacheEntry("liba.so", "/v4", AMD64, 0, "v4")));
        assertThat(search(cache, "liba.so")).isEqualTo("/v3");
        LibraryCache other = read(cache(entry("liba.so", "/base"), new CacheEntry("liba.so", "/v4", AMD64, 0, "v4")));
        assertThat(search(other, "liba.so")).isEqualTo("/base");
    }

    @Test
    void anEntryWhoseNoteDemandsANewerProcessorIsPassedOver() throws Exception {
        LibraryCache cache = read(cache(
                entry("liba.so", "/base"),
                new CacheEntry("liba.so", "/v2", AMD64, 0, "v2", 2),
                new CacheEntry("liba.so", "/v3", AMD64, 0, "v3", 3)));
        assertThat(search(cache, "liba.so")).isEqualTo("/v2");
        assertThat(cache.all()).extracting(LibraryCache.Entry::isaLevel).containsExactlyInAnyOrder(0, 2, 3);
    }

    @Test
    void anEntryWithLegacyCapabilitiesIsTakenWhereTheyAreTrue() throws Exception {
        LibraryCache cache = read(cache(
                new CacheEntry("liba.so", "/d/haswell/liba.so", AMD64, 1L << 50, null),
                entry("liba.so", "/d/liba.so")));
        assertThat(search(cache, "liba.so")).isEqualTo("/d/liba.so");
        assertThat(Objects.requireNonNull(cache.search("liba.so", new Amd64Reader(List.of(), true)))
                        .path())
                .isEqualTo("/d/haswell/liba.so");
    }

    @Test
    void anEntryForAnotherSystemIsPassedOver() throws Exception {
        byte[] content = cache(new CacheEntry("liba.so", "/other", AMD64, 0, "v2"), entry("liba.so", "/base"));
        assertThat(search(read(content), "liba.so")).isEqualTo("/other");
        // osversion of the first entry.
        content[48 + 15] = 1;
        assertThat(search(read(content), "liba.so")).isEqualTo("/base");
    }

    @Test
    void theOldFormatIsRead() throws Exception {
        assertThat(search(read(oldFormat()), "liba.so")).isEqualTo("/old/liba.so");
    }

    @Test
    void theNewFormatInsideTheOldOneCountsAlone() throws Exception {
        byte[] old = oldFormat();
        byte[] inner = cache(entry("liba.so", "/new/liba.so"));
        // The new header replaces the old string table, aligned to 8 bytes.
        int at = (16 + 12 + 7) / 8 * 8;
        byte[] both = Arrays.copyOf(Arrays.copyOf(old, 28), at + inner.length);
        System.arraycopy(inner, 0, both, at, inner.length);
        assertThat(search(read(both), "liba.so")).isEqualTo("/new/liba.so");
    }

    /** One of each format. */
    static byte[][] seeds() {
        return new byte[][] {
            cache(
                    entry("liba.so.1", "/a"),
                    entry("libb.so.1", "/b"),
                    entry("libb.so.2", "/c"),
                    new CacheEntry("liba.so.1", "/d", AMD64, 0, "v2")),
            oldFormat()
        };
    }

    private static byte[] oldFormat() {
        byte[] strings = "liba.so\0/old/liba.so\0".getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(28 + strings.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put("ld.so-1.7.0\0".getBytes(StandardCharsets.US_ASCII))
                .putInt(1)
                .putInt(AMD64)
                .putInt(0)
                .putInt(8)
                .put(strings)
                .array();
    }

    @Test
    void theByteOrderIsThatOfTheLoader() throws Exception {
        byte[] big = LibraryCacheWriter.write(List.of(entry("liba.so", "/a")), ByteOrder.BIG_ENDIAN);
        assertThat(search(LibraryCache.read(big, "cache", ByteOrder.BIG_ENDIAN), "liba.so"))
                .isEqualTo("/a");
        assertThatThrownBy(() -> read(big))
                .isInstanceOf(MalformedInputException.class)
                .hasMessage("Malformed 'cache' at byte 28: byte order mark 3 (expected 2)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "text", "glibc-ld.so.cache1.1", "ld.so-1.7.0"})
    void anInvalidCacheIsAnError(String content) {
        assertThatThrownBy(() -> read(content.getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(MalformedInputException.class);
    }

    @Test
    void moreEntriesThanFitAreAnError() {
        byte[] content = cache(entry("liba.so", "/a"));
        content[23] = 0x7F;
        assertThatThrownBy(() -> read(content))
                .hasMessageContaining("entries (expected no more than fit into the file)");
    }

    @Test
    void theOrderOfTheEntriesGivenMakesNoDifference() {
        CacheEntry a = entry("liba.so", "/a");
        CacheEntry b = entry("libb.so", "/b");
        CacheEntry c = new CacheEntry("libb.so", "/c", AMD64, 0, "v2");
        assertThat(cache(a, b, c)).isEqualTo(cache(c, b, a, b));
    }

    @Test
    void noMutantGivesAnythingButATypedError() {
        Random random = new Random(20261123);
        byte[][] seeds = seeds();
        int read = 0;
        for (int i = 0; i < MUTANTS; i++) {
            byte[] mutant = seeds[i % seeds.length].clone();
            for (int k = 0; k <= random.nextInt(4); k++) {
                mutant[random.nextInt(mutant.length)] = (byte) random.nextInt(256);
            }
            mutant = random.nextInt(8) == 0 ? Arrays.copyOf(mutant, random.nextInt(mutant.length)) : mutant;
            try {
                LibraryCache cache = read(mutant);
                search(cache, "liba.so.1");
                search(cache, "libb.so.1");
                assertThat(cache.all().size()).isLessThan(mutant.length);
                read++;
            } catch (MalformedInputException e) {
                assertThat(e.input()).isEqualTo("cache");
            }
        }
        assertThat(read).isBetween(MUTANTS / 20, MUTANTS * 19 / 20);
    }
}
