// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.closure.CacheEntry;
import io.crossbuild.tree.NameCodec;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Writes {@code /etc/ld.so.cache} in the format of glibc 2.2 and newer, with the section for glibc-hwcaps if an entry
 * needs it. The same entries result in the same bytes.
 */
public final class LibraryCacheWriter {
    private static final int EXTENSION_BYTES = 8 + 16;

    private LibraryCacheWriter() {}

    /**
     * Makes a cache.
     *
     * @param entries in any order; repeated ones count once
     * @param order the byte order of the loader that will read it
     */
    public static byte[] write(Collection<CacheEntry> entries, ByteOrder order) {
        List<CacheEntry> sorted = new ArrayList<>(new LinkedHashSet<>(entries));
        sorted.sort(LOADER_ORDER);
        List<String> subdirectories = new ArrayList<>(new TreeSet<>(sorted.stream()
                .filter(e -> e.subdirectory() != null)
                .map(e -> String.valueOf(e.subdirectory()))
                .toList()));
        Strings strings = new Strings(LibraryCache.NEW_HEADER_BYTES + sorted.size() * LibraryCache.NEW_ENTRY_BYTES);
        for (CacheEntry e : sorted) {
            strings.add(e.name());
            strings.add(e.path());
        }
        subdirectories.forEach(strings::add);
        int extension = subdirectories.isEmpty() ? 0 : (strings.end() + 3) / 4 * 4;
        int size = extension == 0 ? strings.end() : extension + EXTENSION_BYTES + 4 * subdirectories.size();
        ByteBuffer out = ByteBuffer.allocate(size).order(order);
        out.put(LibraryCache.NEW_MAGIC.getBytes(StandardCharsets.US_ASCII));
        out.putInt(sorted.size()).putInt(strings.length());
        out.put((byte) (order == ByteOrder.LITTLE_ENDIAN ? 2 : 3));
        out.position(32);
        out.putInt(extension);
        out.position(LibraryCache.NEW_HEADER_BYTES);
        for (CacheEntry e : sorted) {
            long capabilities = e.capabilities();
            if (e.subdirectory() != null) {
                capabilities =
                        ((long) (LibraryCache.HWCAP_EXTENSION_HIGH | (e.isaLevel() & LibraryCache.ISA_LEVEL_MASK))
                                        << 32)
                                | subdirectories.indexOf(e.subdirectory());
            }
            out.putInt(e.flags()).putInt(strings.at(e.name())).putInt(strings.at(e.path()));
            out.putInt(0).putLong(capabilities);
        }
        out.put(strings.bytes());
        if (extension != 0) {
            out.position(extension);
            out.putInt(LibraryCache.EXTENSION_MAGIC).putInt(1);
            out.putInt(LibraryCache.EXTENSION_HWCAPS).putInt(0);
            out.putInt(extension + EXTENSION_BYTES).putInt(4 * subdirectories.size());
            subdirectories.forEach(s -> out.putInt(strings.at(s)));
        }
        return out.array();
    }

    /**
     * The order in which the loader searches (compare of elf/cache.c): the greatest name first, then the greatest
     * flags, then entries with the extension before those without, then more capabilities before fewer.
     */
    private static final Comparator<CacheEntry> LOADER_ORDER = ((Comparator<CacheEntry>)
                    (a, b) -> compareNames(b.name(), a.name()))
            .thenComparing(CacheEntry::flags, Comparator.reverseOrder())
            .thenComparing(e -> e.subdirectory() == null)
            .thenComparing(e -> String.valueOf(e.subdirectory()))
            .thenComparing(CacheEntry::isaLevel)
            .thenComparing(e -> Long.bitCount(e.capabilities()), Comparator.reverseOrder())
            .thenComparing(CacheEntry::capabilities, (a, b) -> Long.compareUnsigned(b, a))
            .thenComparing(CacheEntry::name)
            .thenComparing(CacheEntry::path);

    /** {@code _dl_cache_libcmp}. */
    static int compareNames(String a, String b) {
        byte[] second = NameCodec.encode(b);
        return LibraryCache.compare(NameCodec.encode(a), ByteBuffer.wrap(Arrays.copyOf(second, second.length + 1)), 0);
    }

    /** A string table that has each text once. */
    private static final class Strings {
        private final int start;
        private final Map<String, Integer> places = new LinkedHashMap<>();
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Strings(int start) {
            this.start = start;
        }

        void add(String text) {
            if (places.putIfAbsent(text, start + out.size()) == null) {
                out.writeBytes(NameCodec.encode(text));
                out.write(0);
            }
        }

        int at(String text) {
            return places.getOrDefault(text, start);
        }

        int length() {
            return out.size();
        }

        int end() {
            return start + out.size();
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
