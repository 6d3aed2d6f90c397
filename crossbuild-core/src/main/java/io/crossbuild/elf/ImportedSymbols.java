// SPDX-License-Identifier: Apache-2.0
package io.crossbuild.elf;

import io.crossbuild.error.CrossbuildException;
import io.crossbuild.error.MalformedInputException;
import io.crossbuild.tree.FileContent;
import java.io.IOException;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The symbols that an object takes from others (gABI chapter 5, "Symbol Table"). The dynamic section does not tell the
 * length of its symbol table: the table ends where the next one begins, and undefined symbols come before those in
 * {@code DT_GNU_HASH}.
 */
public final class ImportedSymbols {
    private static final long DT_HASH = 4;
    private static final long DT_STRTAB = 5;
    private static final long DT_SYMTAB = 6;
    private static final long DT_STRSZ = 10;
    private static final long DT_GNU_HASH = 0x6ffffef5L;
    /** Tags whose values are addresses of tables: DT_RELA, DT_REL, DT_JMPREL, DT_VERSYM, DT_VERDEF, DT_VERNEED. */
    private static final Set<Long> TABLES =
            Set.of(DT_HASH, DT_STRTAB, DT_GNU_HASH, 7L, 17L, 23L, 0x6ffffff0L, 0x6ffffffcL, 0x6ffffffeL);
    /** More than any object imports; a hostile table costs no more. */
    private static final long MAX_SYMBOLS = 1 << 17;

    private ImportedSymbols() {}

    /**
     * The names of all imported symbols; what was read until then if the file is damaged.
     *
     * @param name the file's name for messages
     */
    public static Set<String> of(FileContent content, String name) throws IOException, CrossbuildException {
        Set<String> found = new HashSet<>();
        try {
            ElfBytes in = new ElfBytes(content, name);
            ElfHeader header = ElfHeader.read(in);
            ElfReader reader = new ElfReader(in);
            read(in, header, reader.memory(header), reader.dynamicEntries(header), found);
        } catch (MalformedInputException e) {
            if (!e.input().equals(name)) {
                throw e;
            }
        }
        return found;
    }

    private static void read(
            ElfBytes in, ElfHeader header, ElfReader.Memory memory, Map<Long, Long> dynamic, Set<String> found)
            throws IOException, CrossbuildException {
        Long symbols = dynamic.get(DT_SYMTAB);
        Long strings = dynamic.get(DT_STRTAB);
        if (symbols == null || strings == null) {
            return;
        }
        boolean wide = header.elfClass() == ElfClass.ELF64;
        int entryBytes = wide ? 24 : 16;
        long start = memory.offsetOf(symbols);
        long names = memory.offsetOf(strings);
        long namesBytes = dynamic.getOrDefault(DT_STRSZ, Long.MAX_VALUE);
        long count = tableSize(in, memory, dynamic, symbols, entryBytes);
        for (long i = 1; i < count; i++) {
            long at = start + i * entryBytes;
            long index = in.u32(at);
            boolean undefined = in.u16(at + (wide ? 6 : 14)) == 0;
            if (undefined && index > 0 && Long.compareUnsigned(index, namesBytes) < 0) {
                found.add(in.string(names + index));
            }
        }
    }

    /** At most how many symbols the table has. */
    static long tableSize(ElfBytes in, ElfReader.Memory memory, Map<Long, Long> dynamic, long symbols, int entryBytes)
            throws IOException, CrossbuildException {
        long end = Long.MAX_VALUE;
        for (Map.Entry<Long, Long> entry : dynamic.entrySet()) {
            if (TABLES.contains(entry.getKey()) && entry.getValue() > symbols) {
                end = Math.min(end, entry.getValue());
            }
        }
        long count = (end - symbols) / entryBytes;
        Long hash = dynamic.get(DT_HASH);
        if (hash != null) {
            count = Math.min(count, in.u32(memory.offsetOf(hash) + 4));
        }
        Long gnuHash = dynamic.get(DT_GNU_HASH);
        if (gnuHash != null) {
            count = Math.min(count, hashed(in, memory.offsetOf(gnuHash), entryBytes == 24));
        }
        return Math.min(count, MAX_SYMBOLS);
    }

    /** The number of symbols by {@code DT_GNU_HASH}: the last one ends the chain of the last bucket. */
    private static long hashed(ElfBytes in, long table, boolean wide) throws IOException, CrossbuildException {
        long buckets = in.u32(table);
        long first = in.u32(table + 4);
        long bucketsAt = table + 16 + in.u32(table + 8) * (wide ? 8 : 4);
        long last = 0;
        for (long i = 0; i < Math.min(buckets, MAX_SYMBOLS); i++) {
            last = Math.max(last, in.u32(bucketsAt + 4 * i));
        }
        if (last < first || buckets > MAX_SYMBOLS) {
            // An object that exports nothing has 1 as the first, whatever it imports.
            return Long.MAX_VALUE;
        }
        long chainsAt = bucketsAt + 4 * buckets;
        while (last < MAX_SYMBOLS && (in.u32(chainsAt + 4 * (last - first)) & 1) == 0) {
            last++;
        }
        return last + 1;
    }
}
