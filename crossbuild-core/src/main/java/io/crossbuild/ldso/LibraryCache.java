// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.ldso;

import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.NameCodec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code /etc/ld.so.cache}, as ldconfig(8) of any glibc writes it (sysdeps/generic/dl-cache.h): the format of glibc
 * 2.2, that of libc5, and the first inside the second. It is searched exactly as in elf/dl-cache.c, since the order of
 * its names ({@code libx.so.01} equals {@code libx.so.1} there) affects the result.
 */
final class LibraryCache {
    static final String OLD_MAGIC = "ld.so-1.7.0";
    static final String NEW_MAGIC = "glibc-ld.so.cache1.1";
    static final int NEW_HEADER_BYTES = 48;
    static final int NEW_ENTRY_BYTES = 24;
    static final int EXTENSION_MAGIC = 0xEAA42174;
    static final int EXTENSION_HWCAPS = 1;
    /** {@code DL_CACHE_HWCAP_EXTENSION} in the upper half of the field: the lower half is an index of names. */
    static final int HWCAP_EXTENSION_HIGH = 1 << 30;

    private static final int OLD_HEADER_BYTES = 16;
    private static final int OLD_ENTRY_BYTES = 12;
    static final int ISA_LEVEL_MASK = (1 << 10) - 1;

    private final ByteBuffer data;
    private final int entries;
    private final int entryBytes;
    private final int count;
    /** The base of the entries' string offsets. */
    private final int strings;

    private final List<String> subdirectories;

    private LibraryCache(
            ByteBuffer data, int entries, int entryBytes, int count, int strings, List<String> subdirectories) {
        this.data = data;
        this.entries = entries;
        this.entryBytes = entryBytes;
        this.count = count;
        this.strings = strings;
        this.subdirectories = List.copyOf(subdirectories);
    }

    /**
     * An entry of the cache.
     *
     * @param flags the kind of library, by architecture
     * @param osVersion the system in the highest byte, 0 for Linux, and its minimum version; 0 for any
     * @param hwcap the legacy capabilities, or the extension bit with an index
     * @param subdirectory the name below glibc-hwcaps that the entry is for; null for none
     */
    record Entry(
            String name,
            String path,
            int flags,
            int osVersion,
            long hwcap,
            @Nullable String subdirectory) {
        /** For an entry with a subdirectory: the x86 level that the library requires, 0 for x86-64-v1. */
        int isaLevel() {
            return (int) (hwcap >>> 32) & ISA_LEVEL_MASK;
        }
    }

    /**
     * Reads a cache.
     *
     * @param name the file's name for messages
     * @param order the byte order of the loader
     * @throws MalformedInputException when the loader would ignore the file
     */
    static LibraryCache read(byte[] content, String name, ByteOrder order) throws MalformedInputException {
        ByteBuffer data = ByteBuffer.wrap(content).order(order);
        if (startsWith(content, 0, NEW_MAGIC) && content.length > NEW_HEADER_BYTES) {
            return readNew(data, name, 0);
        }
        if (!startsWith(content, 0, OLD_MAGIC) || content.length <= OLD_HEADER_BYTES) {
            throw new MalformedInputException(name, 0, "no known magic number (expected '" + NEW_MAGIC + "')");
        }
        long count = data.getInt(12) & 0xFFFFFFFFL;
        long end = OLD_HEADER_BYTES + count * OLD_ENTRY_BYTES;
        if (end > content.length) {
            throw new MalformedInputException(name, 12, count + " entries (expected no more than fit into the file)");
        }
        int next = (int) ((end + 7) / 8 * 8);
        if (next <= content.length - NEW_HEADER_BYTES && startsWith(content, next, NEW_MAGIC)) {
            return readNew(data, name, next);
        }
        return new LibraryCache(data, OLD_HEADER_BYTES, OLD_ENTRY_BYTES, (int) count, (int) end, List.of());
    }

    private static LibraryCache readNew(ByteBuffer data, String name, int start) throws MalformedInputException {
        int flags = data.get(start + 28) & 0xFF;
        int endian = data.order() == ByteOrder.LITTLE_ENDIAN ? 2 : 3;
        if (flags != 0 && (flags & 3) != endian) {
            throw new MalformedInputException(
                    name, start + 28, "byte order mark " + (flags & 3) + " (expected " + endian + ")");
        }
        long count = data.getInt(start + 20) & 0xFFFFFFFFL;
        if (count > (data.limit() - start - NEW_HEADER_BYTES) / NEW_ENTRY_BYTES) {
            throw new MalformedInputException(
                    name, start + 20, count + " entries (expected no more than fit into the file)");
        }
        return new LibraryCache(
                data, start + NEW_HEADER_BYTES, NEW_ENTRY_BYTES, (int) count, start, subdirectories(data, start));
    }

    /** The names in the extension section for glibc-hwcaps; any irregularity means no names, as for the loader. */
    private static List<String> subdirectories(ByteBuffer data, int start) {
        long extension = data.getInt(start + 32) & 0xFFFFFFFFL;
        if (extension == 0 || extension % 4 != 0 || extension + 8 > data.limit()) {
            return List.of();
        }
        int at = (int) extension;
        long sections = data.getInt(at + 4) & 0xFFFFFFFFL;
        if (data.getInt(at) != EXTENSION_MAGIC || extension + 8 + sections * 16 > data.limit()) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (int i = 0; i < sections; i++) {
            int section = at + 8 + i * 16;
            long offset = data.getInt(section + 8) & 0xFFFFFFFFL;
            long size = data.getInt(section + 12) & 0xFFFFFFFFL;
            if (offset + size > data.limit()) {
                return List.of();
            }
            if (data.getInt(section) == EXTENSION_HWCAPS && offset % 4 == 0 && size % 4 == 0) {
                names.clear();
                for (int k = 0; k < size / 4; k++) {
                    long text = data.getInt((int) offset + 4 * k) & 0xFFFFFFFFL;
                    // These offsets are relative to the start of the file, even in the compatible format.
                    names.add(text < data.limit() ? string(data, (int) text) : "");
                }
            }
        }
        return names;
    }

    private static boolean startsWith(byte[] content, int at, String magic) {
        byte[] expected = magic.getBytes(StandardCharsets.US_ASCII);
        return at + expected.length <= content.length
                && Arrays.equals(content, at, at + expected.length, expected, 0, expected.length);
    }

    private static String string(ByteBuffer data, int start) {
        int end = start;
        while (end < data.limit() && data.get(end) != 0) {
            end++;
        }
        byte[] text = new byte[end - start];
        data.get(start, text);
        return NameCodec.decode(text);
    }

    /** How a loader on a processor judges entries. */
    interface Reader {
        /** Whether flags are for this loader. */
        boolean accepts(int flags);

        /** The flags that end the search. */
        int exactFlags();

        /** The priority of a name below glibc-hwcaps: lower is better, 0 if it must not be used. */
        int priority(String subdirectory);

        /**
         * Whether a processor has the level that an entry for a name below glibc-hwcaps requires, see {@link Entry}.
         */
        boolean acceptsIsaLevel(int level);

        /** Whether an entry that requires an operating system and a version may be used. */
        boolean acceptsOsVersion(int version);

        /** Whether an entry with legacy capabilities is for the processor. */
        boolean acceptsLegacy(Entry entry);
    }

    /**
     * The entry that the loader uses for a name ({@code search_cache} of elf/dl-cache.c).
     *
     */
    @Nullable Entry search(String name, Reader reader) {
        byte[] wanted = NameCodec.encode(name);
        int middle = find(wanted);
        if (middle < 0) {
            return null;
        }
        int known = middle;
        while (middle > 0 && compare(wanted, middle - 1) == Match.EQUAL) {
            middle--;
        }
        Entry best = null;
        int bestPriority = 0;
        for (int i = middle; i < count; i++) {
            if (i > known && compare(wanted, i) != Match.EQUAL) {
                break;
            }
            int flags = data.getInt(entries + i * entryBytes);
            if (!reader.accepts(flags) || !valid(value(i))) {
                continue;
            }
            Entry entry = entry(name, i);
            boolean named = isNamed(entry.hwcap());
            if (!named && best != null && entryBytes == NEW_ENTRY_BYTES) {
                break;
            }
            if (!reader.acceptsOsVersion(entry.osVersion())) {
                continue;
            }
            if (named) {
                String below = entry.subdirectory();
                int p = below != null && reader.acceptsIsaLevel(entry.isaLevel()) ? reader.priority(below) : 0;
                if (p == 0 || (best != null && p >= bestPriority)) {
                    continue;
                }
                bestPriority = p;
            } else if (entry.hwcap() != 0 && !reader.acceptsLegacy(entry)) {
                continue;
            }
            best = entry;
            if (!named && flags == reader.exactFlags()) {
                break;
            }
        }
        return best;
    }

    /** All entries whose name equals the given one; for tests and messages. */
    List<Entry> all() {
        List<Entry> result = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (valid(key(i)) && valid(value(i))) {
                result.add(entry(string(data, (int) (strings + key(i))), i));
            }
        }
        return result;
    }

    private Entry entry(String name, int index) {
        int at = entries + index * entryBytes;
        boolean whole = entryBytes == NEW_ENTRY_BYTES;
        long hwcap = whole ? data.getLong(at + 16) : 0;
        String subdirectory = null;
        if (isNamed(hwcap)) {
            long number = hwcap & 0xFFFFFFFFL;
            subdirectory = number < subdirectories.size() ? subdirectories.get((int) number) : null;
        }
        String path = string(data, (int) (strings + value(index)));
        return new Entry(name, path, data.getInt(at), whole ? data.getInt(at + 12) : 0, hwcap, subdirectory);
    }

    private static boolean isNamed(long hwcap) {
        return ((int) (hwcap >>> 32) & ~ISA_LEVEL_MASK) == HWCAP_EXTENSION_HIGH;
    }

    private int find(byte[] wanted) {
        int left = 0;
        int right = count - 1;
        while (left <= right) {
            int middle = (left + right) >>> 1;
            Match match = compare(wanted, middle);
            if (match == Match.INVALID) {
                return -1;
            }
            if (match == Match.EQUAL) {
                return middle;
            }
            // The table is sorted with the greatest name first.
            if (match == Match.LESS) {
                left = middle + 1;
            } else {
                right = middle - 1;
            }
        }
        return -1;
    }

    private enum Match {
        INVALID,
        LESS,
        EQUAL,
        GREATER
    }

    private long key(int index) {
        return data.getInt(entries + index * entryBytes + 4) & 0xFFFFFFFFL;
    }

    private long value(int index) {
        return data.getInt(entries + index * entryBytes + 8) & 0xFFFFFFFFL;
    }

    private boolean valid(long offset) {
        return strings + offset < data.limit();
    }

    private Match compare(byte[] wanted, int index) {
        long key = key(index);
        if (!valid(key)) {
            return Match.INVALID;
        }
        int order = compare(wanted, data, (int) (strings + key));
        return order == 0 ? Match.EQUAL : order < 0 ? Match.LESS : Match.GREATER;
    }

    /** {@code _dl_cache_libcmp}: runs of digits compare as numbers, which overflow as C's int does. */
    static int compare(byte[] a, ByteBuffer data, int start) {
        int i = 0;
        int k = start;
        while (i < a.length) {
            int x = a[i];
            int y = at(data, k);
            if (isDigit(x)) {
                if (!isDigit(y)) {
                    return 1;
                }
                int first = 0;
                int second = 0;
                for (; i < a.length && isDigit(a[i]); i++) {
                    first = first * 10 + (a[i] - '0');
                }
                for (; isDigit(at(data, k)); k++) {
                    second = second * 10 + (at(data, k) - '0');
                }
                if (first != second) {
                    return first - second;
                }
            } else if (isDigit(y)) {
                return -1;
            } else if (x != y) {
                return x - y;
            } else {
                i++;
                k++;
            }
        }
        return -at(data, k);
    }

    private static int at(ByteBuffer data, int index) {
        return index < data.limit() ? data.get(index) : 0;
    }

    private static boolean isDigit(int c) {
        return c >= '0' && c <= '9';
    }
}
